/**
 * Threads and locks at their lowest: what `heddle/threading` is made of.
 *
 * @see https://docs.python.org/3.13/library/_thread.html
 * @module
 */
import './exit.js';

export { TIMEOUT_MAX } from '../_internal/index.js';
export { RuntimeError as error } from '../errors.js';
export { allocateLock, allocateLock as allocate } from './allocate-lock.js';
export { daemonThreadsAllowed } from './daemon-threads-allowed.js';
export { _excepthook, ExceptHookArgs as _ExceptHookArgs } from './excepthook.js';
export { getIdent, getNativeId } from './ids.js';
/** @internal For the rest of heddle. */
export * as internals from './internals.js';
export { interruptMain } from './interrupt-main.js';
export { local, local as _local } from './local.js';
export {
  type AcquireAsyncOptions,
  type AcquireOptions,
  acquireSeconds,
  adopt,
  HOLDER_BITS,
  Lock,
  Lock as LockType,
  Lock as lock,
} from './lock.js';
export { AGAIN, RLock } from './rlock.js';
export { stackSize } from './stack-size.js';
export { type StartJoinableThreadOptions, startJoinableThread } from './start-joinable-thread.js';
export { startNewThread, startNewThread as startNew } from './start-new-thread.js';
export { exit, exit as exitThread } from './system-exit.js';
export { _ThreadHandle } from './thread-handle.js';
