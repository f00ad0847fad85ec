import { type Marker, markerOf } from './format.js';

/** What of an ArrayBuffer travels: the part that the views of it in the message cover. */
export interface Memory {
  readonly index: number;
  readonly buffer: ArrayBuffer;
  from: number;
  to: number;
  /** Whether the ArrayBuffer itself is in the message, too. */
  isValue: boolean;
  /** The mark of who shares it with the other side. */
  readonly owner: Marker | undefined;
}

/** Views begin where elements of any size may. */
const ALIGNMENT = 8;

/** The ArrayBuffers of a message. */
export class Memories {
  readonly all: Memory[] = [];
  readonly #byBuffer = new Map<ArrayBuffer, Memory>();

  has(buffer: ArrayBuffer): boolean {
    return this.#byBuffer.has(buffer);
  }

  of(view: ArrayBufferView): Memory {
    return this.#byBuffer.get(view.buffer as ArrayBuffer) as Memory;
  }

  /** @param owner the number of its owner's mark, where it has one */
  add(buffer: ArrayBuffer, owner: number | undefined): void {
    const memory: Memory = {
      index: this.all.length,
      buffer,
      from: Number.POSITIVE_INFINITY,
      to: 0,
      isValue: false,
      owner: owner === undefined ? undefined : markerOf(owner),
    };
    this.all.push(memory);
    this.#byBuffer.set(buffer, memory);
  }

  /** A view is in the message, or without one the buffer itself. */
  cover(buffer: ArrayBuffer, view?: ArrayBufferView): void {
    const memory = this.#byBuffer.get(buffer) as Memory;
    if (view === undefined) memory.isValue = true;
    const from = view?.byteOffset ?? 0;
    const isWhole = view === undefined || memory.owner !== undefined;
    memory.from = isWhole ? 0 : Math.min(memory.from, from - (from % ALIGNMENT));
    memory.to = Math.max(memory.to, isWhole ? buffer.byteLength : from + view.byteLength);
  }
}
