import { Lock } from './lock.js';

/**
 * As `new Lock()`.
 *
 * @see https://docs.python.org/3.13/library/_thread.html#thread.allocate_lock
 */
export function allocateLock(): Lock {
  return new Lock();
}
