import { checkInteger } from '../_internal/index.js';
import type { NativeSemaphore } from '../_native/index.js';
import { adopt } from '../_thread/index.js';
import { ValueError } from '../errors.js';
import { registerTraveller } from '../pickle/index.js';
import { Semaphore } from './semaphore.js';

/** What of a bounded semaphore travels beside its native side. */
export interface Bounded {
  readonly [adopt]: NativeSemaphore;
  readonly limit: number;
}

/**
 * A semaphore that is never released more often than it was acquired, as a guard against doing so by
 * mistake.
 *
 * @see https://docs.python.org/3.13/library/threading.html#threading.BoundedSemaphore
 */
export class BoundedSemaphore extends Semaphore {
  readonly #limit: number;

  /** @throws ValueError if `value` is less than 0 or more than 2^31 - 1 */
  constructor(value: number | Bounded = 1) {
    super(value);
    this.#limit = typeof value === 'object' ? value.limit : value;
  }

  /**
   * Adds `n` to the counter and wakes as many who wait. Never blocks.
   *
   * @throws ValueError if `n` is less than 1, or the counter would pass the value that it began with
   */
  override release(n = 1): void {
    checkInteger('n', n);
    if (n < 1) throw new ValueError('n must be one or more');
    if (n > this.#limit || !this[adopt].release(n, this.#limit)) {
      throw new ValueError('Semaphore released too many times');
    }
  }

  /** @internal The value that the counter never passes. */
  get limit(): number {
    return this.#limit;
  }

  static {
    registerTraveller(BoundedSemaphore, {
      name: 'BoundedSemaphore',
      give: (semaphore) => ({ native: semaphore[adopt], state: semaphore.#limit }),
      take: (native, limit) =>
        new BoundedSemaphore({
          [adopt]: native as NativeSemaphore,
          limit: limit as number,
        }),
    });
  }
}
