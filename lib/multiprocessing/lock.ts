import { addon, type NativeLock } from '../_native/index.js';
import { adopt, Lock as ThreadLock } from '../_thread/index.js';
import { registerTraveller } from '../pickle/index.js';

/**
 * A lock shared by every process and thread that it is passed to: `threading.Lock` over memory that
 * the program's processes share.
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

  static {
    registerTraveller(Lock, {
      name: 'Lock',
      module: 'multiprocessing',
      give: (lock) => ({ native: lock[adopt] }),
      take: (native) => new Lock({ [adopt]: native as NativeLock }),
    });
  }
}
