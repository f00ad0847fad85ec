import { wrongType } from '../_internal/index.js';
import type { ProfileFunction, TraceFunction } from './frame.js';
import { currentHooks, setHook } from './hooks.js';

/**
 * Sets a trace function for all threads that are started from now on, from whichever thread: it goes
 * to each of them as a target does, and is told of all that the thread's function calls, line by line.
 * docs/tracing.md says what is traced, and when. Does not block.
 *
 * @param func called with `(frame, event, arg)`; null: threads are not traced
 * @throws TypeError if it is neither a function nor null; PicklingError if it cannot travel
 * @see https://docs.python.org/3.13/library/threading.html#threading.settrace
 */
export function settrace(func: TraceFunction | null | undefined): void {
  setHook('trace', checked(func), false);
}

/**
 * Sets a profile function for all threads that are started from now on: as `settrace()`, without lines
 * and errors. What it returns is ignored. Does not block.
 *
 * Differs from CPython: functions that are no JavaScript are not reported.
 *
 * @param func called with `(frame, event, arg)`; null: threads are not profiled
 * @throws TypeError if it is neither a function nor null; PicklingError if it cannot travel
 * @see https://docs.python.org/3.13/library/threading.html#threading.setprofile
 */
export function setprofile(func: ProfileFunction | null | undefined): void {
  setHook('profile', checked(func), false);
}

/**
 * As `settrace()`, and for all threads of the process that run already, the calling one included: each
 * reports what it is sent and loads from then on, and at once what was instrumented before. A thread
 * takes notice when it is next sent a function, or calls one that is instrumented. Does not block.
 *
 * Differs from CPython: code that a running thread has loaded before stays as it is.
 *
 * @param func as for `settrace()`; null ends the tracing
 * @throws TypeError if it is neither a function nor null; PicklingError if it cannot travel
 * @see https://docs.python.org/3.13/library/threading.html#threading.settrace_all_threads
 */
export function settraceAllThreads(func: TraceFunction | null | undefined): void {
  setHook('trace', checked(func), true);
}

/**
 * As `setprofile()`, and for all threads of the process that run already, the calling one included, as
 * `settraceAllThreads()` does. Does not block.
 *
 * Differs from CPython: code that a running thread has loaded before stays as it is.
 *
 * @param func as for `setprofile()`; null ends the profiling
 * @throws TypeError if it is neither a function nor null; PicklingError if it cannot travel
 * @see https://docs.python.org/3.13/library/threading.html#threading.setprofile_all_threads
 */
export function setprofileAllThreads(func: ProfileFunction | null | undefined): void {
  setHook('profile', checked(func), true);
}

/**
 * The function that threads which are started now report to.
 *
 * @returns null if there is none
 * @see https://docs.python.org/3.13/library/threading.html#threading.gettrace
 */
export function gettrace(): TraceFunction | null {
  return currentHooks().trace;
}

/**
 * The function that threads which are started now report to.
 *
 * @returns null if there is none
 * @see https://docs.python.org/3.13/library/threading.html#threading.getprofile
 */
export function getprofile(): ProfileFunction | null {
  return currentHooks().profile;
}

function checked<Hook>(func: Hook | null | undefined): Hook | null {
  if (func === null || func === undefined) return null;
  if (typeof func !== 'function') throw wrongType('func', 'a function or null', func);
  return func;
}
