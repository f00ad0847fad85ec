/**
 * Threads that run functions, and what they need to work together.
 *
 * @see https://docs.python.org/3.13/library/threading.html
 * @module
 */
import './exit.js';

export { TIMEOUT_MAX } from '../_internal/index.js';
export { type AcquireAsyncOptions, type AcquireOptions, Lock, RLock } from '../_thread/index.js';
export { BoundedSemaphore } from './bounded-semaphore.js';
export { Event, type WaitAsyncOptions } from './event.js';
export { getIdent, getNativeId } from './ids.js';
/** @internal For the rest of heddle. */
export * as internals from './internals.js';
export { Semaphore } from './semaphore.js';
export { Thread, type ThreadOptions } from './thread.js';
export type { ProfileFunction, TraceEvent, TraceFrame, TraceFunction } from './trace/frame.js';
export {
  getprofile,
  gettrace,
  setprofile,
  setprofileAllThreads,
  settrace,
  settraceAllThreads,
} from './trace/settrace.js';
