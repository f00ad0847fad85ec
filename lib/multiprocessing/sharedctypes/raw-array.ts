import { wrongType } from '../../_internal/index.js';
import { type ArrayOf, ArrayType } from './array-type.js';
import { toBytes } from './char-array.js';
import { allocate } from './memory.js';
import { toPoints } from './wide-char-array.js';

/** Elements, or for `'c'` and `'u'` text. */
export type Initializer = Iterable<unknown> | string;

/**
 * An array of a C type in memory that the program's processes and threads share: whoever it, or a
 * view of its memory, is passed to has the same one, and no element is copied. For numbers it is a
 * typed array (`'d'`: Float64Array; `'l'`, `'q'`: BigInt64Array). Nothing orders what they do with
 * it: use `Array`, a lock or Atomics. The memory is freed when nobody has it any more.
 *
 * @param type a type code, a class of structures or an array type
 * @param sizeOrInitializer how many elements, all 0; or the elements
 * @throws TypeError for a type that is none, and elements that are not of it; ValueError for a size
 *   less than 0; OSError (ENOMEM)
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.sharedctypes.RawArray
 */
export function RawArray<const E>(type: E, sizeOrInitializer: number | Initializer): ArrayOf<E> {
  const values =
    typeof sizeOrInitializer === 'number' ? undefined : valuesOf(type, sizeOrInitializer);
  const array = new ArrayType(type, values?.length ?? (sizeOrInitializer as number));
  const view = new DataView(allocate(array.size), 0, array.size);
  const made = array.over(view, 0);
  if (ArrayBuffer.isView(made) && ArrayBuffer.isView(values)) {
    (made as Uint8Array).set(values as Uint8Array);
  } else if (values) {
    array.write(view, 0, type === 'u' ? sizeOrInitializer : values);
  }
  return made;
}

function valuesOf(type: unknown, values: Initializer): ArrayLike<unknown> {
  if (type === 'c' && (typeof values === 'string' || values instanceof Uint8Array)) {
    return toBytes(values);
  }
  if (type === 'u') return toPoints(values);
  if (ArrayBuffer.isView(values) && 'length' in values) return values as unknown as Uint8Array;
  if (typeof values !== 'object' || typeof values?.[Symbol.iterator] !== 'function') {
    throw wrongType('sizeOrInitializer', 'a number or the elements', values);
  }
  return [...values];
}
