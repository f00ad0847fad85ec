import type { Assignable, Scalars, TypeCode } from './scalars.js';
import type { SimpleValue } from './simple-value.js';
import { SynchronizedBase } from './synchronized-base.js';

/**
 * A shared number, character or boolean, and its lock: what `Value('i')` makes.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.Value
 */
export class Synchronized<C extends TypeCode = TypeCode> extends SynchronizedBase<SimpleValue<C>> {
  /**
   * What is there; to read it and to write it holds the lock. `value.value += 1` holds it twice, with
   * others in between: do that while you hold it, as in `value.with(() => { value.value += 1; })`.
   * **Blocks this thread** while others hold the lock.
   *
   * @throws what `acquire()` throws; TypeError for a value that is not of the type
   */
  get value(): Scalars[C] {
    this.acquire();
    try {
      return this.getObj().value;
    } finally {
      this.release();
    }
  }
  set value(value: Assignable<C>) {
    this.acquire();
    try {
      this.getObj().value = value;
    } finally {
      this.release();
    }
  }
}
