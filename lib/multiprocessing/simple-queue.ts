import { inspect } from 'node:util';
import { checkOptions } from '../_internal/index.js';
import type { NativeChannel } from '../_native/index.js';
import { adopt } from '../_thread/index.js';
import { OSError } from '../errors.js';
import { putValue, registerTraveller } from '../pickle/index.js';
import { type GetAsyncOptions, internals, type PutOptions } from '../queue/index.js';

const { adopted, checkPut, GET_ASYNC, Getters, given, makeChannel, Order, secondsOf, takeItem } =
  internals;

/**
 * A queue of processes and threads without a limit; the oldest item is got first. Passed to a process
 * or a thread, it is the same queue there. Items are copied when they are put.
 *
 * Differs from CPython: `put()` does not wait until somebody reads, however large the item.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.SimpleQueue
 */
export class SimpleQueue<T = unknown> {
  readonly #channel: NativeChannel;
  /** This thread's promises that wait. */
  #getters: internals.Getters | undefined;
  #isClosed = false;

  /** @throws OSError if there is no memory to share */
  constructor(from?: internals.Adopted) {
    this.#channel = (from ?? makeChannel(0, Order.oldestFirst, { shared: true }))[adopt];
  }

  /**
   * Whether there are no items, which may be different a moment later.
   *
   * @throws OSError after `close()`
   */
  empty(): boolean {
    this.#checkOpen();
    return this.#channel.size === 0;
  }

  /**
   * Puts a copy of an item. Never blocks.
   *
   * @param item whatever can travel
   * @param options `transfer`: buffers in the item (or views of them) to be given away
   * @throws PicklingError naming what cannot travel; OSError after `close()`. Nothing is put then
   */
  put(item: T, options?: Pick<PutOptions, 'transfer'>): void {
    this.#checkOpen();
    const sent = options ? given(item, checkOptions(options, ['transfer'])) : item;
    checkPut(putValue(this.#channel, sent, 0, 0, 0));
  }

  /**
   * Takes the oldest item, waiting for one if need be. **Blocks this thread** then, its event loop
   * included; in a server use `getAsync()`.
   *
   * @throws OSError after `close()`; KeyboardInterrupt (main thread). If the item cannot be rebuilt
   *   here, what that throws: it is taken then
   */
  get(): T {
    this.#checkOpen();
    return takeItem(this.#channel, -1) as T;
  }

  /**
   * As `get()`, without blocking: first come, first served in each thread.
   *
   * @param options `timeout`: seconds to wait at most; `signal`: gives the waiting up
   * @throws Empty if there was nothing in time; ValueError for a time-out below 0; OSError after
   *   `close()`; the signal's reason
   */
  async getAsync(options?: GetAsyncOptions): Promise<T> {
    this.#checkOpen();
    const { signal, ...rest } = checkOptions(options, GET_ASYNC);
    const seconds = secondsOf(rest);
    this.#getters ??= new Getters(this.#channel);
    return this.#getters.wait<T>(seconds, signal);
  }

  /**
   * Says that this object is not used any more: all calls by it are an OSError from now on. Other
   * threads and processes go on with theirs. Never blocks; may be called again.
   */
  close(): void {
    this.#isClosed = true;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new OSError('handle is closed');
  }

  /** @internal The queue's native side. */
  get [adopt](): NativeChannel {
    return this.#channel;
  }

  [inspect.custom](): string {
    const end = this.#isClosed ? ', closed' : '';
    return `<heddle.SimpleQueue: qsize=${this.#channel.size}${end}>`;
  }

  static {
    registerTraveller(SimpleQueue, {
      name: 'SimpleQueue',
      module: 'multiprocessing',
      give: (queue) => ({ native: queue[adopt] }),
      take: (native) => new SimpleQueue(adopted(native)),
    });
  }
}
