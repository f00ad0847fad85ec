import { addon } from '../_native/index.js';
import { internals } from '../_thread/index.js';
import type { Thread } from './thread.js';
import { threadOf } from './thread-of.js';

/**
 * The Thread objects of all living threads of the process: the main thread, those that were started
 * from whichever thread, and the dummies. Not those that have not been started, or have ended.
 *
 * Differs from CPython: a Thread that another thread has started is here another object for the same
 * thread, without the fields of a subclass; asked again, the same.
 *
 * @see https://docs.python.org/3.13/library/threading.html#threading.enumerate
 */
export function enumerate(): Thread[] {
  // The caller is one of them.
  internals.ownThread();
  return addon.livingThreads().map(threadOf);
}

/**
 * How many threads live: the length of `enumerate()`.
 *
 * @see https://docs.python.org/3.13/library/threading.html#threading.active_count
 */
export function activeCount(): number {
  internals.ownThread();
  return addon.livingThreads().length;
}
