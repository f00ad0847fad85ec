import { inspect } from 'node:util';
import { registerTraveller } from '../../pickle/index.js';
import type { CType } from './c-type.js';
import { boundsIn, indexIn } from './indices.js';
import { memory, typeOf } from './type-of.js';

/**
 * An array whose elements are no numbers of JavaScript's typed arrays: structures, arrays, booleans.
 * Python's `array[i]` is `get(i)` and `set(i, value)`; negative indices count from the end. A
 * structure or array that is got lies in the same memory.
 *
 * @see https://docs.python.org/3.13/library/ctypes.html#arrays
 */
export class CArray<T = unknown> implements Iterable<T> {
  readonly #element: CType;
  readonly #view: DataView;
  /** How many elements there are. */
  readonly length: number;

  /**
   * @param elementType a type code, a class of structures or an array type
   * @param view the memory
   * @throws TypeError
   */
  constructor(
    /** The type of the elements. */
    readonly elementType: unknown,
    length: number,
    view: DataView,
  ) {
    this.#element = typeOf(elementType);
    this.#view = view;
    this.length = length;
  }

  /**
   * An element.
   *
   * @throws IndexError
   */
  get(index: number): T {
    return this.#read(indexIn(this.length, index));
  }

  /**
   * Writes an element.
   *
   * @throws IndexError, TypeError, ValueError
   */
  set(index: number, value: unknown): void {
    const { size } = this.#element;
    this.#element.write(this.#view, indexIn(this.length, index) * size, value);
  }

  /** The elements from `start` to before `stop`, as Python's `array[start:stop]`. */
  slice(start?: number, stop?: number): T[] {
    const [first, end] = boundsIn(this.length, start, stop);
    return Array.from({ length: end - first }, (_, i) => this.#read(first + i));
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let i = 0; i < this.length; i++) yield this.#read(i);
  }

  /** @internal Its memory. */
  get [memory](): DataView {
    return this.#view;
  }

  #read(index: number): T {
    return this.#element.read(this.#view, index * this.#element.size) as T;
  }

  [inspect.custom](): string {
    return `<heddle ${this.#element.name}_Array_${this.length}>`;
  }

  static {
    registerTraveller(CArray, {
      name: 'CArray',
      module: 'multiprocessing/sharedctypes',
      parts: (array) => [array.elementType, array.length, array.#view],
      take: (_native, _state, [type, length, view]) =>
        new CArray(type, length as number, view as DataView),
    });
  }
}
