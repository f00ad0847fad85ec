import type { NativeSemaphore } from '../_native/index.js';
import { adopt } from '../_thread/index.js';
import { registerTraveller } from '../pickle/index.js';
import { Semaphore } from './semaphore.js';

/** What of a bounded semaphore travels beside its native side. */
export interface Bounded {
  readonly [adopt]: NativeSemaphore;
  readonly limit: number;
}

/**
 * A semaphore that is never released more often than it was acquired, as a guard against doing so by
 * mistake: `release()` is a ValueError then.
 *
 * @see https://docs.python.org/3.13/library/threading.html#threading.BoundedSemaphore
 */
export class BoundedSemaphore extends Semaphore {
  /** @throws ValueError if `value` is less than 0 or more than 2^31 - 1 */
  constructor(value: number | Bounded = 1) {
    super(value, typeof value === 'object' ? value.limit : value);
  }

  static {
    registerTraveller(BoundedSemaphore, {
      name: 'BoundedSemaphore',
      give: (semaphore) => ({ native: semaphore[adopt], state: semaphore.limit }),
      take: (native, limit) =>
        new BoundedSemaphore({
          [adopt]: native as NativeSemaphore,
          limit: limit as number,
        }),
    });
  }
}
