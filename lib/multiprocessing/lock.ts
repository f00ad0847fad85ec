import { addon, type NativeLock } from '../_native/index.js';
import { adopt, Lock as ThreadLock } from '../_thread/index.js';
import { ValueError } from '../errors.js';
import { registerTraveller } from '../pickle/index.js';
import { type BlockOptions, blockSeconds } from './block-seconds.js';

/**
 * A lock shared by every process and thread that it is passed to: `threading.Lock` over memory that
 * the program's processes share.
 *
 * As in Python's `multiprocessing`, and other than in `threading`: a time-out is ignored where the call
 * does not block, and less than 0 is 0; releasing a free lock is a ValueError.
 *
 * Differs from CPython: if the process or thread that acquired it dies, waiters get
 * `LockAbandonedError` instead of waiting for ever, until somebody calls `recover()`.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.Lock
 */
export class Lock extends ThreadLock {
  constructor(from?: { readonly [adopt]: NativeLock }) {
    super(from ?? { [adopt]: addon.createLock(true) });
  }

  protected override toSeconds(block?: boolean | BlockOptions, timeout?: number | null): number {
    return blockSeconds(block, timeout);
  }

  protected override notHeld(): Error {
    return new ValueError('semaphore or lock released too many times');
  }

  static {
    registerTraveller(Lock, {
      name: 'Lock',
      module: 'multiprocessing',
      give: (lock) => ({ native: lock[adopt] }),
      take: (native) => new Lock({ [adopt]: native as NativeLock }),
    });
  }
}
