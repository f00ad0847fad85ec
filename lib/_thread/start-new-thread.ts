import { type Keywords, withKeywords } from '../_internal/index.js';
import { addon, Origin } from '../_native/index.js';
import { callOf, startRun } from './start-run.js';

/**
 * Starts a thread that calls a function, and does not wait until it runs. The program does not wait
 * for its end; `threading` knows of it when it asks for itself (`currentThread()`), as a dummy.
 *
 * What the function throws is written to standard error, but for `SystemExit`.
 *
 * @param args the arguments: they are copied, and the function travels as docs/functions.md says
 * @param kwargs the last argument, if it is not empty
 * @returns the thread's number
 * @throws TypeError for wrong types; PicklingError; RuntimeError in the program's 'exit' handlers,
 *   and where the system has no further thread
 * @see https://docs.python.org/3.13/library/_thread.html#thread.start_new_thread
 */
export function startNewThread(
  // biome-ignore lint/suspicious/noExplicitAny: any function can be started
  fn: (...args: any[]) => unknown,
  args: readonly unknown[],
  kwargs: Keywords = {},
): number {
  if (typeof fn !== 'function') throw new TypeError('first arg must be callable');
  if (!Array.isArray(args)) throw new TypeError('2nd arg must be an array');
  if (typeof kwargs !== 'object' || kwargs === null || Array.isArray(kwargs)) {
    throw new TypeError('optional 3rd arg must be an object');
  }
  const run = addon.createThread('', true, Origin.bare);
  startRun(run, () => callOf(fn, withKeywords(args, kwargs)));
  return run.ident;
}
