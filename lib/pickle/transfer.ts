import { wrongType } from '../_internal/index.js';

/** A value, and the buffers in it that are given away. */
export class Transfer {
  /** @param buffers undefined: all that are in the value */
  constructor(
    readonly value: unknown,
    readonly buffers: readonly ArrayBuffer[] | undefined,
  ) {}
}

/**
 * Marks buffers to be given away: when the value has been sent, they and all views of them have
 * length 0 here, and their memory is free. To be passed in place of the value, or anywhere in one:
 * `executor.submit(job, transfer(pixels))`. If the value cannot be sent, nothing is given away.
 *
 * Memory that is shared anyway (`SharedMemory`) stays, and so do Buffers of less than half of
 * `Buffer.poolSize`, which share their memory with others.
 *
 * @param value what to send
 * @param buffers ArrayBuffers, or views of them; left out: all that are in the value
 * @returns what stands for the value on the way
 * @throws TypeError if one of `buffers` is neither
 */
export function transfer<T>(value: T, buffers?: readonly (ArrayBuffer | ArrayBufferView)[]): T {
  const isOne = ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
  const given = (buffers ?? (isOne ? [value] : undefined))?.map((buffer) => {
    const memory: unknown = ArrayBuffer.isView(buffer) ? buffer.buffer : buffer;
    if (memory instanceof ArrayBuffer) return memory;
    throw wrongType('buffers', 'an array of ArrayBuffers or views of them', buffer);
  });
  return new Transfer(value, given) as T;
}

/** Gives a buffer's memory up. */
export function detach(buffer: ArrayBuffer): void {
  const { transfer: shrink } = buffer as { transfer?: (length: number) => ArrayBuffer };
  const { isMarkedAsUntransferable: isKept } = process.getBuiltinModule('node:worker_threads') as {
    isMarkedAsUntransferable?: (object: object) => boolean;
  };
  try {
    // The latter, before Node 22, leaves the memory to the garbage collector.
    if (shrink && isKept) isKept(buffer) || shrink.call(buffer, 0);
    else structuredClone(buffer, { transfer: [buffer] });
  } catch {
    // Such as the pool of small Buffers: Node does not let go of it.
  }
}
