import { DefaultSerializer } from 'node:v8';
import { addon, type Sendable } from '../_native/index.js';
import { lengthOfView, numberOfViewClass } from './builtins.js';
import { Copier } from './copier.js';
import { Again } from './copy-error.js';
import { PicklingError } from './errors.js';
import {
  Flag,
  HostTag,
  Marker,
  MarkKind,
  MemoryKind,
  TAG_BITS,
  VIEW_CLASS_BITS,
} from './format.js';
import type { Callable } from './functions/index.js';
import type { Memories, Memory } from './memories.js';

export interface PackedGraph {
  readonly bytes: Buffer;
  /** The buffers to be detached when the message has been sent. */
  readonly moved: Iterable<ArrayBuffer> | undefined;
}

/**
 * Packs any value that can travel.
 *
 * @param natives gets the native objects that go beside the bytes; undefined where none can
 * @param isShared whether the receiver may be another process
 * @param overConnection whether it is at the other end of a connection: there go only natives of
 *   travellers with `overConnections`, and all bytes within the message
 * @throws PicklingError naming the path to what cannot travel
 */
export function packGraph(
  value: unknown,
  natives: Sendable[] | undefined,
  isShared: boolean,
  overConnection = false,
): PackedGraph {
  let unsendable: Set<Callable> | undefined;
  const before = natives?.length ?? 0;
  for (;;) {
    try {
      return packOnce(value, natives, isShared, overConnection, unsendable ?? NONE);
    } catch (error) {
      if (natives) natives.length = before;
      if (error instanceof Again) unsendable = new Set(unsendable).add(error.unsendable);
      else throw isTooDeep(error) ? new PicklingError('the value is nested too deeply') : error;
    }
  }
}

const NONE: ReadonlySet<Callable> = new Set();

function isTooDeep(error: unknown): boolean {
  return error instanceof RangeError && /call stack/.test(error.message);
}

function packOnce(
  value: unknown,
  natives: Sendable[] | undefined,
  isShared: boolean,
  overConnection: boolean,
  unsendable: ReadonlySet<Callable>,
): PackedGraph {
  const copier = new Copier(natives, isShared, overConnection, unsendable);
  const root = copier.copyRoot(value);
  const serializer = new GraphSerializer(copier);
  serializer.writeHeader();
  serializer.writeGraph(root);
  return { bytes: serializer.releaseBuffer(), moved: copier.moved };
}

/** From this size on, bytes have a message of their own, which the receiver gets as it is. */
const LARGE = 1 << 17;

class GraphSerializer extends DefaultSerializer {
  /** How many sections have been written: what is in them may refer to those before only. */
  #written = 0;

  constructor(readonly copier: Copier) {
    super();
  }

  writeGraph(root: unknown[]): void {
    const { marks, memories, fills, codes, sections } = this.copier;
    const flags =
      (marks.length > 0 ? Flag.marks : 0) |
      (memories ? Flag.memories : 0) |
      (fills.isEmpty ? 0 : Flag.fills);
    this.writeUint32(flags);
    if (flags & Flag.marks) this.writeValue([codes, marks]);
    if (memories) this.#writeMemories(memories);
    if (flags & Flag.marks) this.writeUint32(sections.length);
    for (const { values } of sections) {
      const own = fills.takeReachable(values);
      this.#write(values);
      this.#write(own);
      this.#written++;
    }
    if (flags & Flag.fills) {
      this.#write(root);
      this.#write(fills.takeAll());
    } else {
      this.#write(root[0]);
    }
  }

  #write(value: unknown): void {
    try {
      this.writeValue(value);
    } catch (error) {
      // What the copier did not see: a getter gave something else when it was read again.
      if (error instanceof PicklingError || isTooDeep(error)) throw error;
      throw new PicklingError(`value: ${(error as Error).message}`, { cause: error });
    }
  }

  #writeMemories({ all }: Memories): void {
    this.writeUint32(all.length);
    const large: Uint8Array[] = [];
    for (const memory of all) {
      if (memory.isValue) this.transferArrayBuffer(memory.index, memory.buffer);
      if (memory.owner) {
        this.writeUint32(MemoryKind.shared | (memory.owner.index << TAG_BITS));
        continue;
      }
      const bytes = bytesOf(memory);
      if (bytes.length >= LARGE && this.copier.natives && !this.copier.overConnection) {
        this.writeUint32(MemoryKind.apart);
        large.push(bytes);
      } else {
        this.writeUint32(MemoryKind.inline);
        this.writeUint32(bytes.length);
        this.writeRawBytes(bytes);
      }
    }
    if (large.length > 0) this.copier.natives?.push(channelWith(large, this.copier.isShared));
  }

  _writeHostObject(view: ArrayBufferView): void {
    if (view instanceof Marker) {
      this.#checkOrder(view);
      this.writeUint32(HostTag.mark | (view.index << TAG_BITS));
      return;
    }
    const memory = (this.copier.memories as Memories).of(view);
    const offset = view.byteOffset - (memory.to > 0 ? memory.from : 0);
    const length = lengthOfView(view);
    const isHuge = Math.max(offset, length) > 0xffff_ffff;
    const tag = isHuge ? HostTag.hugeView : HostTag.view;
    const type = numberOfViewClass(view);
    this.writeUint32(tag | (type << TAG_BITS) | (memory.index << (TAG_BITS + VIEW_CLASS_BITS)));
    if (isHuge) {
      this.writeDouble(offset);
      this.writeDouble(length);
    } else {
      this.writeUint32(offset);
      this.writeUint32(length);
    }
  }

  #checkOrder({ index }: Marker): void {
    const record = this.copier.marks[index];
    if (record?.[0] !== MarkKind.reduction || record[1] < this.#written) return;
    const where = this.copier.sections[record[1]]?.where;
    throw new PicklingError(`${where}: the arguments of its reducer lead to it again`);
  }
}

function bytesOf({ buffer, from, to }: Memory): Uint8Array {
  return to > from ? new Uint8Array(buffer, from, to - from) : new Uint8Array(0);
}

/** A channel as a parcel: its messages are copied once, and handed over as they are. */
function channelWith(parts: readonly Uint8Array[], isShared: boolean): Sendable {
  const channel = addon.createChannel(isShared, 0);
  for (const bytes of parts) {
    channel.putPacked(RAW, bytes.length, [bytes, null, -1], 0, 0, 0);
  }
  return channel;
}

/** A codec that only this channel's reader sees. */
const RAW = 12;
