import { wrongType } from '../../_internal/index.js';
import type { ProfileFunction, TraceFunction } from './frame.js';
import { hooks } from './hooks.js';

/**
 * Sets a trace function for all threads that this thread, and those that it starts, start from now
 * on: it goes to each of them as a target does, and is told of all that the thread's function calls,
 * line by line. docs/tracing.md says what is traced, and when. Does not block.
 *
 * Differs from CPython: it holds for the threads that the calling thread starts, not for others'.
 *
 * @param func called with `(frame, event, arg)`; null: threads are not traced
 * @throws TypeError if it is neither a function nor null
 * @see https://docs.python.org/3.13/library/threading.html#threading.settrace
 */
export function settrace(func: TraceFunction | null | undefined): void {
  hooks.trace = checked(func);
}

/**
 * Sets a profile function for all threads that this thread, and those that it starts, start from now
 * on: as `settrace()`, without lines and errors. What it returns is ignored. Does not block.
 *
 * Differs from CPython: as `settrace()`; and functions that are no JavaScript are not reported.
 *
 * @param func called with `(frame, event, arg)`; null: threads are not profiled
 * @throws TypeError if it is neither a function nor null
 * @see https://docs.python.org/3.13/library/threading.html#threading.setprofile
 */
export function setprofile(func: ProfileFunction | null | undefined): void {
  hooks.profile = checked(func);
}

/**
 * The function that `settrace()` has set in this thread, or that this thread was started with.
 *
 * @returns null if there is none
 * @see https://docs.python.org/3.13/library/threading.html#threading.gettrace
 */
export function gettrace(): TraceFunction | null {
  return hooks.trace;
}

/**
 * The function that `setprofile()` has set in this thread, or that this thread was started with.
 *
 * @returns null if there is none
 * @see https://docs.python.org/3.13/library/threading.html#threading.getprofile
 */
export function getprofile(): ProfileFunction | null {
  return hooks.profile;
}

function checked<Hook>(func: Hook | null | undefined): Hook | null {
  if (func === null || func === undefined) return null;
  if (typeof func !== 'function') throw wrongType('func', 'a function or null', func);
  return func;
}
