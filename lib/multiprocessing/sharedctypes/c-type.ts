/** How values of a C type lie in memory, and what JavaScript makes of them. */
export interface CType {
  /** As ctypes calls it: `c_int`, `Point`, `c_int_Array_3`. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Its offset in a structure is a multiple of this. */
  readonly alignment: number;
  /** The value there: a copy of a scalar, else an object over the same memory. */
  read(view: DataView, offset: number): unknown;
  /** @throws TypeError, ValueError, IndexError */
  write(view: DataView, offset: number, value: unknown): void;
}

/** Part of a view. */
export function part(view: DataView, offset: number, bytes: number): DataView {
  return new DataView(view.buffer, view.byteOffset + offset, bytes);
}

export function bytesIn(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
}
