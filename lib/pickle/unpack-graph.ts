import { DefaultDeserializer } from 'node:v8';
import { type NativeChannel, type Sendable, staging } from '../_native/index.js';
import { makeView } from './builtins.js';
import { fill } from './fill.js';
import {
  FLAGS_AT,
  Flag,
  HostTag,
  type MarkRecord,
  MemoryKind,
  type PackedFills,
  TAG_BITS,
  VIEW_CLASS_BITS,
} from './format.js';
import { Shells } from './shells.js';

/** Whether code that is not heddle's may run while these bytes are read. */
export function runsCode(bytes: Uint8Array): boolean {
  return ((bytes[FLAGS_AT] as number) & Flag.marks) !== 0;
}

/**
 * Unpacks what `packGraph` packed.
 *
 * @param natives those that came beside the bytes
 * @throws ModulesNeeded, before anything is rebuilt; whatever the modules, reducers and
 *   `__setstate__` throw; an error of any kind for bytes that are no such graph
 */
export function unpackGraph(bytes: Uint8Array, natives: readonly Sendable[]): unknown {
  const reader = new GraphReader(bytes, natives);
  reader.readHeader();
  return reader.readGraph();
}

class GraphReader extends DefaultDeserializer {
  readonly #natives: readonly Sendable[];
  readonly #memories: ArrayBuffer[] = [];
  #shells: Shells | undefined;

  constructor(bytes: Uint8Array, natives: readonly Sendable[]) {
    super(bytes);
    this.#natives = natives;
  }

  readGraph(): unknown {
    const flags = this.readUint32();
    if (flags & Flag.marks) {
      const [codes, marks] = this.readValue() as [string[], MarkRecord[]];
      this.#shells = new Shells(codes, marks, this.#natives);
    }
    if (flags & Flag.memories) this.#readMemories();
    const sections = flags & Flag.marks ? this.readUint32() : 0;
    for (let i = 0; i < sections; i++) {
      const values = this.readValue() as unknown[];
      this.#fill();
      this.#shells?.reduce(i, values);
    }
    const value = this.readValue();
    if (!(flags & Flag.fills)) return value;
    this.#fill();
    return (value as unknown[])[0];
  }

  #fill(): void {
    fill(this.readValue() as PackedFills | null, this.#shells);
  }

  #readMemories(): void {
    const count = this.readUint32();
    // The channel of large ones is the last that was put beside the message.
    const parcel = this.#natives.at(-1) as NativeChannel;
    for (let i = 0; i < count; i++) {
      const buffer = this.#readMemory(parcel);
      this.#memories.push(buffer);
      this.transferArrayBuffer(i, buffer);
    }
  }

  #readMemory(parcel: NativeChannel): ArrayBuffer {
    const word = this.readUint32();
    switch (word & ((1 << TAG_BITS) - 1)) {
      case MemoryKind.shared:
        return (this.#shells as Shells).memoryOf(word >>> TAG_BITS);
      case MemoryKind.apart:
        return takePart(parcel);
      default: {
        const bytes = this.readRawBytes(this.readUint32());
        return new Uint8Array(bytes).buffer;
      }
    }
  }

  _readHostObject(): unknown {
    const word = this.readUint32();
    const tag = word & ((1 << TAG_BITS) - 1);
    if (tag === HostTag.mark) return this.#shells?.at(word >>> TAG_BITS);
    const type = (word >>> TAG_BITS) & ((1 << VIEW_CLASS_BITS) - 1);
    const memory = this.#memories[word >>> (TAG_BITS + VIEW_CLASS_BITS)];
    if (!memory) throw new RangeError('a view of no buffer');
    const isHuge = tag === HostTag.hugeView;
    const offset = isHuge ? this.readDouble() : this.readUint32();
    return makeView(type, memory, offset, isHuge ? this.readDouble() : this.readUint32());
  }
}

/** Takes a large part: an ArrayBuffer of its own where it does not fit into the staging memory. */
function takePart(parcel: NativeChannel): ArrayBuffer {
  const part = parcel.take(0) as ArrayBuffer | undefined;
  const { taken, incoming } = staging;
  return part ?? new Uint8Array(incoming.bytes.subarray(0, taken[staging.LENGTH])).buffer;
}
