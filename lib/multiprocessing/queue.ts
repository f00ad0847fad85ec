import { inspect } from 'node:util';
import { adopt } from '../_thread/index.js';
import { OSError, ValueError } from '../errors.js';
import { registerTraveller } from '../pickle/index.js';
import {
  type GetAsyncOptions,
  type GetOptions,
  internals,
  type PutAsyncOptions,
  type PutOptions,
} from '../queue/index.js';

const { adopted, channelFor, LimitedQueue, Order } = internals;

/**
 * A queue for any number of processes and threads that put and get; the oldest item is got first.
 * Passed to a process or a thread, it is the same queue there. `Empty` and `Full` are those of
 * `heddle/queue`. A process that is killed in the middle of a call loses at most the item that it was
 * putting or getting, and blocks nobody.
 *
 * Differs from CPython: there is no feeder thread. An item is in the queue when `put()` returns: it
 * can be got at once, nothing is to be flushed at exit, and an item that cannot be sent is an error
 * of `put()`. A queue without a `maxsize` holds as much as there is memory. Any queue can be put into
 * another one.
 *
 * @example
 * const queue = new Queue();
 * new Process({ target: (queue) => queue.put('from a process'), args: [queue] }).start();
 * queue.get();
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.Queue
 */
export class Queue<T = unknown> extends LimitedQueue<T> {
  #isClosed = false;
  /** Whether something was put here: as Python, which has nothing to close before. */
  #isUsed = false;

  /**
   * @param maxsize the most items at a time; 0 or less: any number
   * @throws TypeError if it is no integer; OSError if there is no memory to share
   */
  constructor(maxsize: number | internals.Adopted = 0) {
    super(channelFor(maxsize, Order.oldestFirst, { shared: true }));
  }

  /**
   * Whether there are no items, which may be different a moment later.
   *
   * @throws OSError after `close()`, if something was put by this object
   */
  override empty(): boolean {
    if (this.#isClosed && this.#isUsed) throw new OSError('handle is closed');
    return super.empty();
  }

  /**
   * Puts a copy of an item, waiting for room if need be: never where there is no `maxsize`. **Blocks
   * this thread** then, its event loop included; in a server use `putAsync()`.
   *
   * @param item whatever can travel; with the option `transfer`, buffers in it are given away
   * @param block false: do not wait
   * @param timeout seconds to wait at most, below 0 as 0; null or left out: for ever; ignored if
   *   `block` is false
   * @throws Full if there was no room in time; PicklingError naming what cannot travel; ValueError
   *   after `close()`; KeyboardInterrupt (main thread). Nothing is put then, and nothing given away
   */
  override put(item: T, block: boolean, timeout?: number | null): void;
  override put(item: T, options?: PutOptions): void;
  override put(item: T, block?: boolean | PutOptions, timeout?: number | null): void {
    this.#beforePut();
    super.put(item, block, timeout);
  }

  /**
   * `put(item, false)`
   *
   * @throws Full, PicklingError, ValueError
   */
  override putNowait(item: T): void {
    this.#beforePut();
    super.putNowait(item);
  }

  /**
   * As `put()`, without blocking: first come, first served in each thread. The item is copied when
   * there is room for it; do not change it before.
   *
   * @throws Full, PicklingError, ValueError after `close()`, the signal's reason
   */
  override async putAsync(item: T, options?: PutAsyncOptions): Promise<void> {
    this.#beforePut();
    return super.putAsync(item, options);
  }

  /**
   * Takes the next item, waiting for one if need be. **Blocks this thread** then, its event loop
   * included; in a server use `getAsync()`.
   *
   * @param block false: do not wait
   * @param timeout seconds to wait at most, below 0 as 0; null or left out: for ever; ignored if
   *   `block` is false
   * @throws Empty if there was nothing in time; ValueError after `close()`; KeyboardInterrupt (main
   *   thread). If the item cannot be rebuilt here, what that throws: it is taken then
   */
  override get(block: boolean, timeout?: number | null): T;
  override get(options?: GetOptions): T;
  override get(block?: boolean | GetOptions, timeout?: number | null): T {
    if (this.#isClosed) this.#refuse();
    return super.get(block, timeout);
  }

  /**
   * `get(false)`
   *
   * @throws Empty, ValueError
   */
  override getNowait(): T {
    if (this.#isClosed) this.#refuse();
    return super.getNowait();
  }

  /**
   * As `get()`, without blocking: first come, first served in each thread.
   *
   * @throws Empty, ValueError after `close()`, the signal's reason
   */
  override async getAsync(options?: GetAsyncOptions): Promise<T> {
    if (this.#isClosed) this.#refuse();
    return super.getAsync(options);
  }

  /**
   * Says that this object is not used any more: putting and getting by it is a ValueError from now
   * on. Other threads and processes go on with theirs, and get what was put. Calls that wait already
   * go on. Never blocks; may be called again.
   */
  close(): void {
    this.#isClosed = true;
  }

  /**
   * Does nothing: it is there for Python's sake. In CPython it waits until the feeder thread has sent
   * what was put; here `put()` has sent it when it returns. Never blocks.
   */
  joinThread(): void {}

  /**
   * Does nothing: it is there for Python's sake. In CPython it keeps a process from waiting, when it
   * exits, for its feeder thread, and so loses items; here there is nothing to wait for, and nothing
   * is lost.
   */
  cancelJoinThread(): void {}

  /** @internal As Python: it does not wait. */
  override [internals.negativeTimeout](): number {
    return 0;
  }

  #beforePut(): void {
    if (this.#isClosed) this.#refuse();
    this.#isUsed = true;
  }

  #refuse(): never {
    throw new ValueError(`Queue ${inspect(this)} is closed`);
  }

  [inspect.custom](): string {
    const { size, mostItems } = this[adopt];
    const end = this.#isClosed ? ', closed' : '';
    return `<heddle.${this.constructor.name}: qsize=${size}, maxsize=${mostItems}${end}>`;
  }

  static {
    registerTraveller(Queue, {
      name: 'Queue',
      module: 'multiprocessing',
      give: (queue) => ({ native: queue[adopt] }),
      take: (native) => new Queue(adopted(native)),
    });
  }
}
