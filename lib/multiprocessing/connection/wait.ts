import { checkOptions, toSeconds, wrongType } from '../../_internal/index.js';
import { addon, waitAsync as nativeWaitAsync, succeeded } from '../../_native/index.js';
import { ValueError } from '../../errors.js';
import type { WaitOptions } from './connection.js';
import { socketDescriptor } from './socket-descriptor.js';

/**
 * What can be waited for: a Connection or Listener, or whatever else has a `fileno()`; a descriptor,
 * as a process's `sentinel` is; a socket or server of node:net.
 */
export type Waitable = { fileno(): number } | number | object;

/**
 * Waits until one of the objects is ready: can be read, or is at its end. **Blocks this thread**
 * until then, or until the time is over.
 *
 * @param objectList the objects, in any iterable
 * @param timeout seconds to wait at most; less than 0 is 0; null or left out: for ever
 * @returns those of the objects that are ready, in their order; none if the time was over
 * @throws TypeError for what cannot be waited for; OSError for what is closed; KeyboardInterrupt
 *   (main thread)
 *
 * Differs from CPython: bytes that node:net or a stream has already read do not count.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.connection.wait
 */
export function wait<T extends Waitable>(
  objectList: Iterable<T>,
  timeout: number | null = null,
): T[] {
  const { objects, descriptors } = read(objectList);
  return ready(objects, descriptors, toSeconds(timeout));
}

/** As `wait()`, without blocking. Also throws the signal's reason. */
export async function waitAsync<T extends Waitable>(
  objectList: Iterable<T>,
  options?: WaitOptions & { timeout?: number | null },
): Promise<T[]> {
  const { timeout, signal } = checkOptions(options, ['timeout', 'signal']);
  const { objects, descriptors } = read(objectList);
  const seconds = toSeconds(timeout);
  const isReady = await nativeWaitAsync((id) => addon.waitDescriptorsAsync(id, descriptors), {
    seconds,
    signal,
  });
  return isReady ? ready(objects, descriptors, 0) : [];
}

function ready<T>(objects: T[], descriptors: Int32Array, seconds: number): T[] {
  const flags = new Uint8Array(objects.length);
  succeeded(addon.waitDescriptors(descriptors, flags, seconds));
  return objects.filter((_, i) => flags[i] === 1);
}

function read<T extends Waitable>(objectList: Iterable<T>) {
  if (typeof objectList?.[Symbol.iterator] !== 'function') {
    throw wrongType('objectList', 'iterable', objectList);
  }
  const objects = [...objectList];
  return { objects, descriptors: Int32Array.from(objects, descriptorOf) };
}

function descriptorOf(object: Waitable): number {
  const descriptor = numberOf(object);
  if (typeof descriptor !== 'number' || !Number.isInteger(descriptor)) {
    throw wrongType('each of objectList', 'a connection, a descriptor or a socket', object);
  }
  if (descriptor < 0) throw new ValueError(`Invalid file descriptor: ${descriptor}`);
  return descriptor;
}

function numberOf(object: Waitable): unknown {
  if (typeof object !== 'object' || object === null) return object;
  if ('fileno' in object && typeof object.fileno === 'function') return object.fileno();
  return socketDescriptor(object);
}
