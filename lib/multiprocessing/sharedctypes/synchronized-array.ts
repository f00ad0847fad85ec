import { ValueError } from '../../errors.js';
import { CArray } from './c-array.js';
import { CharArray } from './char-array.js';
import { boundsIn, indexIn } from './indices.js';
import { toBigInt, toInt, toReal } from './scalars.js';
import { SynchronizedBase } from './synchronized-base.js';
import { typeOf } from './type-of.js';
import { WideCharArray } from './wide-char-array.js';

/** What can be guarded as an array. */
export type AnyArray = CArray | Int8Array | BigInt64Array | Float64Array;
/** An element of it. */
export type ElementOf<A> = A extends Iterable<infer T> ? T : unknown;

/**
 * A shared array and its lock: what `Array('d', 10)` makes. Python's `array[i]` is `get(i)` and
 * `set(i, value)`, its `array[i:j]` is `getSlice(i, j)` and `setSlice(i, j, values)`; indices less
 * than 0 count from the end. Each holds the lock, and so **blocks this thread** while others hold it.
 * Many elements are faster got at by `getObj()`, the array itself, while you hold the lock.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.Array
 */
export class SynchronizedArray<A extends object = AnyArray> extends SynchronizedBase<A> {
  /** How many elements there are. */
  get length(): number {
    return (this.getObj() as { length: number }).length;
  }

  /** An element. @throws IndexError; what `acquire()` throws */
  get(index: number): ElementOf<A> {
    return this.with(() => {
      const array = this.getObj() as AnyArray;
      const at = indexIn(array.length, index);
      return (array instanceof CArray ? array.get(at) : array[at]) as ElementOf<A>;
    });
  }

  /** Writes an element. @throws IndexError, TypeError; what `acquire()` throws */
  set(index: number, value: unknown): void {
    this.with(() => put(this.getObj(), indexIn(this.length, index), value));
  }

  /** A copy of the elements from `start` to before `stop`. @throws what `acquire()` throws */
  getSlice(start?: number, stop?: number): ElementOf<A>[] {
    return this.with(() => {
      const array = this.getObj() as AnyArray;
      const [first, end] = boundsIn(array.length, start, stop);
      return [...array.slice(first, end)] as ElementOf<A>[];
    });
  }

  /**
   * Writes as many elements as there are from `start` to before `stop`.
   *
   * @throws ValueError for another number of elements; TypeError; what `acquire()` throws
   */
  setSlice(start: number | undefined, stop: number | undefined, values: Iterable<unknown>): void {
    const all = [...values];
    this.with(() => {
      const [first, end] = boundsIn(this.length, start, stop);
      if (all.length !== end - first) {
        throw new ValueError('Can only assign sequence of same size');
      }
      all.forEach((value, i) => {
        put(this.getObj(), first + i, value);
      });
    });
  }

  /** The elements, each read by itself: others may write meanwhile. */
  *[Symbol.iterator](): IterableIterator<ElementOf<A>> {
    for (let i = 0; i < this.length; i++) yield this.get(i);
  }
}

/** An element of a typed array is checked as one of another array. */
function put(array: object, index: number, value: unknown): void {
  const elements = array as unknown as unknown[];
  if (array instanceof CArray) {
    array.set(index, value);
  } else if (array instanceof CharArray) {
    const view = new DataView(array.buffer, array.byteOffset, array.byteLength);
    typeOf('c').write(view, index, value);
  } else if (array instanceof WideCharArray && typeof value === 'string') {
    const view = new DataView(array.buffer, array.byteOffset, array.byteLength);
    typeOf('u').write(view, index * array.BYTES_PER_ELEMENT, value);
  } else if (array instanceof BigInt64Array || array instanceof BigUint64Array) {
    elements[index] = toBigInt(value);
  } else if (array instanceof Float64Array || array instanceof Float32Array) {
    elements[index] = toReal(value);
  } else {
    elements[index] = toInt(value);
  }
}
