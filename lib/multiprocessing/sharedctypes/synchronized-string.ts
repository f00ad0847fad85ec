import type { CharArray } from './char-array.js';
import { SynchronizedArray } from './synchronized-array.js';

/**
 * A shared array of `char` and its lock: what `Array('c', 10)` makes.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.Array
 */
export class SynchronizedString extends SynchronizedArray<CharArray> {
  /** The bytes before the first NUL: see `CharArray.value`. **Blocks this thread**, as above. */
  get value(): Buffer {
    return this.with(() => this.getObj().value);
  }
  set value(value: Uint8Array | string) {
    this.with(() => {
      this.getObj().value = value;
    });
  }

  /** All bytes: see `CharArray.raw`. */
  get raw(): Buffer {
    return this.with(() => this.getObj().raw);
  }
  set raw(value: Uint8Array | string) {
    this.with(() => {
      this.getObj().raw = value;
    });
  }
}
