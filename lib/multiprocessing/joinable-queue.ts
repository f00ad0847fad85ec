import { adopt } from '../_thread/index.js';
import { registerTraveller } from '../pickle/index.js';
import { internals } from '../queue/index.js';
import { Queue } from './queue.js';

const { adopted, awaitTasks, awaitTasksAsync, channelFor, finishTask, Order } = internals;

/**
 * A `Queue` that knows how many of its items are not done yet.
 *
 * Differs from CPython: what a process has got and nobody has called `taskDone()` for counts as done
 * when that process ends, however it ends, so that `join()` does not wait for the dead. If somebody
 * else calls `taskDone()` for it later, that is no error.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.JoinableQueue
 */
export class JoinableQueue<T = unknown> extends Queue<T> {
  /**
   * @param maxsize the most items at a time; 0 or less: any number
   * @throws TypeError if it is no integer; OSError if there is no memory to share
   */
  constructor(maxsize: number | internals.Adopted = 0) {
    super(channelFor(maxsize, Order.oldestFirst, { shared: true, counts: true }));
  }

  /**
   * Tells that the work on an item is complete, once for each that was got, by any process: `join()`
   * waits for that. Never blocks.
   *
   * @throws ValueError if it is called more often than items were put
   */
  taskDone(): void {
    finishTask(this[adopt]);
  }

  /**
   * Waits until `taskDone()` was called for every item that was put, except those whose process has
   * ended. **Blocks this thread**, its event loop included; in a server use `joinAsync()`.
   *
   * @throws KeyboardInterrupt (main thread)
   */
  join(): void {
    awaitTasks(this[adopt]);
  }

  /**
   * As `join()`, without blocking.
   *
   * @throws the signal's reason
   */
  joinAsync(options?: { signal?: AbortSignal }): Promise<void> {
    return awaitTasksAsync(this[adopt], options);
  }

  static {
    registerTraveller(JoinableQueue, {
      name: 'JoinableQueue',
      module: 'multiprocessing',
      give: (queue) => ({ native: queue[adopt] }),
      take: (native) => new JoinableQueue(adopted(native)),
    });
  }
}
