/**
 * Threads that run functions, and what they need to work together.
 *
 * @see https://docs.python.org/3.13/library/threading.html
 * @module
 */
import './exit.js';

export { TIMEOUT_MAX } from '../_internal/index.js';
export {
  type AcquireAsyncOptions,
  type AcquireOptions,
  Lock,
  local,
  RLock,
} from '../_thread/index.js';
export { Barrier, type BarrierOptions } from './barrier.js';
export { BoundedSemaphore } from './bounded-semaphore.js';
export { BrokenBarrierError } from './broken-barrier-error.js';
export { Condition } from './condition.js';
export { Event, type WaitAsyncOptions } from './event.js';
export { getIdent, getNativeId } from './ids.js';
/** @internal For the rest of heddle. */
export * as internals from './internals.js';
export { Semaphore } from './semaphore.js';
export { Thread, type ThreadOptions } from './thread.js';
