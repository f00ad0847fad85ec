import { inspect } from 'node:util';
import { checkBoolean, checkInteger, checkOptions } from '../_internal/index.js';
import { adopt } from '../_thread/index.js';
import { registerTraveller } from '../pickle/index.js';
import { ShutDown } from './errors.js';
import { type Adopted, adopted, channelFor, Order } from './items.js';
import { LimitedQueue, negativeTimeout } from './limited-queue.js';
import { refuseNegative } from './options.js';
import { awaitTasks, awaitTasksAsync, finishTask } from './tasks.js';

/**
 * A queue for any number of threads that put and get; the oldest item is got first. Passed to a
 * thread, it is the same queue there. Items are copied when they are put, also on the way to the
 * same thread.
 *
 * Differs from CPython: items are copied; `_init`, `_qsize`, `_put` and `_get` are not there to be
 * overridden.
 *
 * @example
 * const queue = new Queue();
 * new Thread({ target: (queue) => queue.put('from a thread'), args: [queue] }).start();
 * queue.get();
 *
 * @see https://docs.python.org/3.13/library/queue.html#queue-objects
 */
export class Queue<T = unknown> extends LimitedQueue<T> {
  /**
   * @param maxsize the most items at a time; 0 or less: any number
   * @throws TypeError if it is no integer
   */
  constructor(maxsize: number | Adopted = 0) {
    super(channelFor(maxsize, Order.oldestFirst));
  }

  /**
   * The most items at a time; 0 or less: any number. It can be set: more items than that stay, and
   * nothing is put until there are fewer.
   */
  get maxsize(): number {
    return this[adopt].mostItems;
  }
  set maxsize(maxsize: number) {
    checkInteger('maxsize', maxsize);
    this[adopt].setMostItems(maxsize);
  }

  /** Whether `shutdown()` was called, in any thread. */
  get isShutdown(): boolean {
    return this[adopt].closed;
  }

  /**
   * Tells that the work on an item is complete, once for each that was got: `join()` waits for
   * that. Never blocks.
   *
   * @throws ValueError if it is called more often than items were put
   */
  taskDone(): void {
    finishTask(this[adopt]);
  }

  /**
   * Waits until `taskDone()` was called for every item that was put. **Blocks this thread**, its
   * event loop included; in a server use `joinAsync()`.
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

  /**
   * Ends the queue for all threads: from now on putting is a ShutDown, and so is getting when
   * nothing is left. Whoever waits in `put()` or `get()` gets it, too. May be called again.
   *
   * @param immediate drop what is left, too; each counts as done. Who is in `join()` waits on for
   *   items that were got and are not done
   */
  shutdown(immediate?: boolean): void;
  shutdown(options?: { immediate?: boolean }): void;
  shutdown(immediate: boolean | { immediate?: boolean } = false): void {
    const drops =
      typeof immediate === 'object'
        ? (checkOptions(immediate, ['immediate']).immediate ?? false)
        : immediate;
    checkBoolean('immediate', drops);
    this[adopt].close(drops);
  }

  /** @internal As Python, which looks at a time-out only where it would wait. */
  [negativeTimeout](puts: boolean): number {
    const { closed, size, mostItems } = this[adopt];
    if (closed && (puts || size === 0)) throw new ShutDown();
    return puts && mostItems <= 0 ? -1 : refuseNegative();
  }

  [inspect.custom](): string {
    const { size, mostItems, closed } = this[adopt];
    const end = closed ? ', shut down' : '';
    return `<heddle.${this.constructor.name}: qsize=${size}, maxsize=${mostItems}${end}>`;
  }

  static {
    registerTraveller(Queue, {
      name: 'Queue',
      module: 'queue',
      give: (queue) => ({ native: queue[adopt] }),
      take: (native) => new Queue(adopted(native)),
    });
  }
}
