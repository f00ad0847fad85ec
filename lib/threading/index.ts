/**
 * Threads that run functions, and what they need to work together.
 *
 * @see https://docs.python.org/3.13/library/threading.html
 * @module
 */
export {
  _ExceptHookArgs as ExceptHookArgs,
  type AcquireAsyncOptions,
  type AcquireOptions,
  error as ThreadError,
  getIdent,
  getNativeId,
  Lock,
  local,
  RLock,
  stackSize,
  TIMEOUT_MAX,
} from '../_thread/index.js';
export {
  getprofile,
  gettrace,
  type ProfileFunction,
  setprofile,
  setprofileAllThreads,
  settrace,
  settraceAllThreads,
  type TraceEvent,
  type TraceFrame,
  type TraceFunction,
} from '../_trace/index.js';
export { Barrier, type BarrierOptions } from './barrier.js';
export { BoundedSemaphore } from './bounded-semaphore.js';
export { BrokenBarrierError } from './broken-barrier-error.js';
export { Condition } from './condition.js';
export { currentThread } from './current-thread.js';
export { activeCount, enumerate } from './enumerate.js';
export { Event, type WaitAsyncOptions } from './event.js';
export { __excepthook__, type ExceptHook, excepthook, setExcepthook } from './excepthook.js';
/** @internal For the rest of heddle. */
export * as internals from './internals.js';
export { mainThread } from './main-thread.js';
export { Semaphore } from './semaphore.js';
export { Thread, type ThreadOptions } from './thread.js';
export { Timer } from './timer.js';
