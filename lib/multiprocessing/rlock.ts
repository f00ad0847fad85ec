import { addon, type NativeLock } from '../_native/index.js';
import { adopt, RLock as ThreadRLock } from '../_thread/index.js';
import { AssertionError } from '../errors.js';
import { registerTraveller } from '../pickle/index.js';
import { type BlockOptions, blockSeconds } from './block-seconds.js';

/**
 * A reentrant lock shared by every process and thread that it is passed to: `threading.RLock` over
 * memory that the program's processes share.
 *
 * Differs from CPython: if its owner dies, waiters get `LockAbandonedError` instead of waiting for
 * ever, until somebody calls `recover()`.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.RLock
 */
export class RLock extends ThreadRLock {
  constructor(from?: { readonly [adopt]: NativeLock }) {
    super(from ?? { [adopt]: addon.createLock(true) });
  }

  protected override toSeconds(block?: boolean | BlockOptions, timeout?: number | null): number {
    return blockSeconds(block, timeout);
  }

  protected override notOwned(): Error {
    return new AssertionError('attempt to release recursive lock not owned by thread');
  }

  static {
    registerTraveller(RLock, {
      name: 'RLock',
      module: 'multiprocessing',
      give: (lock) => ({ native: lock[adopt] }),
      take: (native) => new RLock({ [adopt]: native as NativeLock }),
    });
  }
}
