import { checkBoolean, checkOptions, wrongType } from '../_internal/index.js';
import { addon, Origin } from '../_native/index.js';
import { RuntimeError } from '../errors.js';
import { callOf, startRun } from './start-run.js';
import { _ThreadHandle, tie } from './thread-handle.js';

/** Options of `startJoinableThread()`. */
export interface StartJoinableThreadOptions {
  /** Becomes the thread's; one is made if it is left out. */
  handle?: _ThreadHandle | null;
  /** Whether the program may end meanwhile. Default true. */
  daemon?: boolean;
}

/**
 * Starts a thread that calls a function without arguments, and does not wait until it runs. What
 * the function throws is written to standard error, but for `SystemExit`.
 *
 * @returns the thread's handle, by which it can be joined
 * @throws TypeError for wrong types; RuntimeError if the handle is another thread's, and as
 *   `startNewThread()`; PicklingError
 * @see https://docs.python.org/3.13/library/threading.html#thread-objects
 */
export function startJoinableThread(
  fn: () => unknown,
  options?: StartJoinableThreadOptions,
): _ThreadHandle {
  if (typeof fn !== 'function') throw new TypeError('thread function must be callable');
  const { handle: given, daemon = true } = checkOptions(options, ['handle', 'daemon']);
  const handle = given ?? new _ThreadHandle();
  if (!(handle instanceof _ThreadHandle)) throw wrongType('handle', 'a _ThreadHandle', handle);
  checkBoolean('daemon', daemon);
  if (handle.ident !== 0) throw new RuntimeError('thread already started');
  const run = addon.createThread('', daemon, Origin.bare);
  startRun(run, () => callOf(fn, []));
  tie(handle, run);
  return handle;
}
