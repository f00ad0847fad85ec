import { internals } from '../_thread/index.js';
import type { Thread } from './thread.js';
import { threadOf } from './thread-of.js';

/**
 * The Thread object of the calling thread. What threading has not started (a Worker of the
 * program's own, a thread of `_thread`) gets one by asking: a dummy, which cannot be joined, and
 * which counts among the living from then on.
 *
 * Differs from CPython: in each thread another object stands for one and the same thread; that of
 * the thread itself has the fields of a subclass, as they were when it was started.
 *
 * @see https://docs.python.org/3.13/library/threading.html#threading.current_thread
 */
export function currentThread(): Thread {
  return threadOf(internals.ownThread());
}
