import type { ArrayOf } from './array-type.js';
import { type Initializer, RawArray } from './raw-array.js';
import type { SynchronizedOf } from './synchronize.js';
import { guard, type LockOptions } from './value.js';

/**
 * A shared array with a lock: `RawArray(type, sizeOrInitializer)`, guarded.
 *
 * @param type a type code, a class of structures or an array type
 * @param sizeOrInitializer how many elements, all 0; or the elements
 * @throws TypeError for a type that is none, elements that are not of it, what is no lock, or an
 *   unknown option; ValueError for a size less than 0; OSError (ENOMEM)
 * @example
 * const totals = Array('d', 10);
 * totals.with(() => { totals.getObj()[3] += 0.5; });
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.Array
 */
function SharedArray<const E>(
  type: E,
  sizeOrInitializer: number | Initializer,
  options: { lock: false },
): ArrayOf<E>;
function SharedArray<const E>(
  type: E,
  sizeOrInitializer: number | Initializer,
  options?: LockOptions,
): SynchronizedOf<ArrayOf<E> & object>;
function SharedArray(
  type: unknown,
  sizeOrInitializer: number | Initializer,
  options?: LockOptions,
): unknown {
  return guard(() => RawArray(type, sizeOrInitializer) as object, options);
}

Object.defineProperty(SharedArray, 'name', { value: 'Array' });

export { SharedArray as Array };
