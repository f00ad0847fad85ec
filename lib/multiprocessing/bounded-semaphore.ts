import { addon, type NativeSemaphore } from '../_native/index.js';
import { adopt } from '../_thread/index.js';
import { ValueError } from '../errors.js';
import { registerTraveller } from '../pickle/index.js';
import { internals, BoundedSemaphore as ThreadBoundedSemaphore } from '../threading/index.js';

/**
 * A semaphore that is never released more often than it was acquired, shared by every process and
 * thread that it is passed to.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.BoundedSemaphore
 */
export class BoundedSemaphore extends ThreadBoundedSemaphore {
  /** @throws ValueError if `value` is less than 0 or more than 2^31 - 1 */
  constructor(value: number | internals.Bounded = 1) {
    super(
      typeof value === 'object'
        ? value
        : {
            [adopt]: addon.createSemaphore(true, internals.checkSemaphoreValue(value)),
            limit: value,
          },
    );
  }

  /** The counter's value now. As Python's `get_value()`. */
  getValue(): number {
    return this.value;
  }

  protected override tooMany(): Error {
    return new ValueError('semaphore or lock released too many times');
  }

  static {
    registerTraveller(BoundedSemaphore, {
      name: 'BoundedSemaphore',
      module: 'multiprocessing',
      give: (semaphore) => ({ native: semaphore[adopt], state: semaphore.limit }),
      take: (native, limit) =>
        new BoundedSemaphore({ [adopt]: native as NativeSemaphore, limit: limit as number }),
    });
  }
}
