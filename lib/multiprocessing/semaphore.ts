import { addon, type NativeSemaphore } from '../_native/index.js';
import { adopt } from '../_thread/index.js';
import { ValueError } from '../errors.js';
import { registerTraveller } from '../pickle/index.js';
import { internals, Semaphore as ThreadSemaphore } from '../threading/index.js';

const { checkSemaphoreValue } = internals;

/**
 * A counter shared by every process and thread that it is passed to: `threading.Semaphore` over
 * memory that the program's processes share.
 *
 * Differs from CPython: the value is at most 2^31 - 1.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.Semaphore
 */
export class Semaphore extends ThreadSemaphore {
  /** @throws ValueError if `value` is less than 0 or more than 2^31 - 1 */
  constructor(value: number | { readonly [adopt]: NativeSemaphore } = 1) {
    super(
      typeof value === 'object'
        ? value
        : { [adopt]: addon.createSemaphore(true, checkSemaphoreValue(value)) },
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
    registerTraveller(Semaphore, {
      name: 'Semaphore',
      module: 'multiprocessing',
      give: (semaphore) => ({ native: semaphore[adopt] }),
      take: (native) => new Semaphore({ [adopt]: native as NativeSemaphore }),
    });
  }
}
