import { addon } from '../_native/index.js';
import type { Thread } from './thread.js';
import { threadOf } from './thread-of.js';

/**
 * The Thread object of the main thread: the one that the program began with.
 *
 * @see https://docs.python.org/3.13/library/threading.html#threading.main_thread
 */
export function mainThread(): Thread {
  return threadOf(addon.mainThread());
}
