import { inspect } from 'node:util';
import { checkOptions } from '../_internal/index.js';
import type { NativeChannel } from '../_native/index.js';
import { adopt } from '../_thread/index.js';
import { putValue, registerTraveller } from '../pickle/index.js';
import { Getters } from './getters.js';
import { type Adopted, adopted, checkPut, makeChannel, Order, takeItem } from './items.js';
import {
  GET,
  GET_ASYNC,
  type GetAsyncOptions,
  type GetOptions,
  given,
  PUT,
  type PutOptions,
  secondsOf,
  waitOptions,
} from './options.js';

/**
 * A queue without a limit and without tasks; the oldest item is got first. Items are copied when
 * they are put.
 *
 * @see https://docs.python.org/3.13/library/queue.html#simplequeue-objects
 */
export class SimpleQueue<T = unknown> {
  readonly #channel: NativeChannel;
  /** This thread's promises that wait. */
  #getters: Getters | undefined;

  constructor(from?: Adopted) {
    this.#channel = (from ?? makeChannel(0, Order.oldestFirst, {}))[adopt];
  }

  /** How many items there are, which may be different a moment later. */
  qsize(): number {
    return this.#channel.size;
  }

  /** Whether there are no items, which may be different a moment later. */
  empty(): boolean {
    return this.#channel.size === 0;
  }

  /**
   * Puts a copy of an item. Never blocks.
   *
   * @param item whatever can travel; with the option `transfer`, buffers in it are given away
   * @param block ignored, as `timeout`: they are there for `Queue`'s sake
   * @throws PicklingError naming what cannot travel; nothing is put then
   */
  put(item: T, block: boolean, timeout?: number | null): void;
  put(item: T, options?: PutOptions): void;
  put(item: T, block?: boolean | PutOptions, timeout?: number | null): void {
    const sent = typeof block === 'object' ? given(item, waitOptions(block, timeout, PUT)) : item;
    checkPut(putValue(this.#channel, sent, 0, 0, 0));
  }

  /** `put(item)` */
  putNowait(item: T): void {
    this.put(item);
  }

  /**
   * Takes the oldest item, waiting for one if need be. **Blocks this thread** then, its event loop
   * included; in a server use `getAsync()`.
   *
   * @param block false: do not wait
   * @param timeout seconds to wait at most; null or left out: for ever; ignored if `block` is false
   * @throws Empty if there was nothing in time; ValueError for a time-out below 0; KeyboardInterrupt
   *   (main thread). If the item cannot be rebuilt here, what that throws: it is taken then
   */
  get(block: boolean, timeout?: number | null): T;
  get(options?: GetOptions): T;
  get(block?: boolean | GetOptions, timeout?: number | null): T {
    if (block === undefined && timeout === undefined) return takeItem(this.#channel, -1) as T;
    return takeItem(this.#channel, secondsOf(waitOptions(block, timeout, GET))) as T;
  }

  /** `get(false)` */
  getNowait(): T {
    return takeItem(this.#channel, 0) as T;
  }

  /**
   * As `get()`, without blocking: first come, first served in each thread.
   *
   * @throws Empty, ValueError, the signal's reason
   */
  async getAsync(options?: GetAsyncOptions): Promise<T> {
    const { signal, ...rest } = checkOptions(options, GET_ASYNC);
    const seconds = secondsOf(rest);
    this.#getters ??= new Getters(this.#channel);
    return this.#getters.wait<T>(seconds, signal);
  }

  /** @internal The queue's native side. */
  get [adopt](): NativeChannel {
    return this.#channel;
  }

  [inspect.custom](): string {
    return `<heddle.SimpleQueue: qsize=${this.#channel.size}>`;
  }

  static {
    registerTraveller(SimpleQueue, {
      name: 'SimpleQueue',
      module: 'queue',
      give: (queue) => ({ native: queue[adopt] }),
      take: (native) => new SimpleQueue(adopted(native)),
    });
  }
}
