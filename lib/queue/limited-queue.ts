import { checkOptions } from '../_internal/index.js';
import { type NativeChannel, Outcome } from '../_native/index.js';
import { adopt } from '../_thread/index.js';
import { putValue } from '../pickle/index.js';
import { Full } from './errors.js';
import { Getters } from './getters.js';
import { type Adopted, checkPut, takeItem } from './items.js';
import { Line, NOT_YET } from './line.js';
import {
  GET,
  GET_ASYNC,
  type GetAsyncOptions,
  type GetOptions,
  given,
  PUT,
  PUT_ASYNC,
  type PutAsyncOptions,
  type PutOptions,
  secondsOf,
  waitOptions,
} from './options.js';

/** @internal Puts an item into the channel: what the kinds of queues differ in. */
export const send = Symbol('send');

/** @internal Says how long a call waits that is given a time-out below zero, or throws. */
export const negativeTimeout = Symbol('negative timeout');

/**
 * What the queues with a limit have in common, those of threads and those of processes: putting and
 * getting.
 */
export abstract class LimitedQueue<T = unknown> {
  // The channel's guard is held, natively, whenever the queue is changed: in one critical section a
  // put checks for room and for the shutdown, counts the task and appends, and shutdown(true) marks
  // the end, drops what is left and counts it as done. JavaScript never holds it.
  readonly #channel: NativeChannel;
  /** This thread's promises that wait. */
  #getters: Getters | undefined;
  #putters: Line | undefined;

  /** @internal */
  constructor(channel: Adopted) {
    this.#channel = channel[adopt];
  }

  /** How many items there are, which may be different a moment later. */
  qsize(): number {
    return this.#channel.size;
  }

  /** Whether there are no items, which may be different a moment later. */
  empty(): boolean {
    return this.#channel.size === 0;
  }

  /** Whether there are `maxsize` items or more, which may be different a moment later. */
  full(): boolean {
    const { mostItems, size } = this.#channel;
    return mostItems > 0 && size >= mostItems;
  }

  /**
   * Puts a copy of an item, waiting for room if need be. **Blocks this thread** then, its event loop
   * included; in a server use `putAsync()`.
   *
   * @param item whatever can travel; with the option `transfer`, buffers in it are given away
   * @param block false: do not wait
   * @param timeout seconds to wait at most; null or left out: for ever; ignored if `block` is false
   * @throws Full if there was no room in time; ShutDown; PicklingError naming what cannot travel;
   *   ValueError for a time-out below 0 (if there is a `maxsize`); KeyboardInterrupt (main thread).
   *   Nothing is put then, and nothing given away
   */
  put(item: T, block: boolean, timeout?: number | null): void;
  put(item: T, options?: PutOptions): void;
  put(item: T, block?: boolean | PutOptions, timeout?: number | null): void;
  put(item: T, block?: boolean | PutOptions, timeout?: number | null): void {
    let sent: unknown = item;
    let seconds = -1;
    if (block !== undefined || timeout !== undefined) {
      const options = waitOptions(block, timeout, PUT);
      seconds = secondsOf(options, () => this[negativeTimeout](true));
      sent = given(item, options);
    }
    checkPut(this[send](sent, seconds));
  }

  /** `put(item, false)` */
  putNowait(item: T): void {
    checkPut(this[send](item, 0));
  }

  /**
   * As `put()`, without blocking: first come, first served in each thread. The item is copied when
   * there is room for it; do not change it before.
   *
   * @throws Full, ShutDown, PicklingError, ValueError, the signal's reason
   */
  async putAsync(item: T, options?: PutAsyncOptions): Promise<void> {
    const { signal, ...rest } = checkOptions(options, PUT_ASYNC);
    const seconds = secondsOf(rest, () => this[negativeTimeout](true));
    const sent = given(item, rest);
    this.#putters ??= new Line((id) => this.#channel.writableAsync(id, true));
    const attempt = () => {
      const position = this[send](sent, 0);
      return position === -Outcome.timedOut ? NOT_YET : checkPut(position);
    };
    return this.#putters.wait<void>(attempt, seconds, signal, () => new Full());
  }

  /**
   * Takes the next item, waiting for one if need be. **Blocks this thread** then, its event loop
   * included; in a server use `getAsync()`.
   *
   * @param block false: do not wait
   * @param timeout seconds to wait at most; null or left out: for ever; ignored if `block` is false
   * @throws Empty if there was nothing in time; ShutDown if the queue was shut down and has nothing
   *   left; ValueError for a time-out below 0; KeyboardInterrupt (main thread). If the item cannot be
   *   rebuilt here, what that throws: it is taken then, and its task not done
   */
  get(block: boolean, timeout?: number | null): T;
  get(options?: GetOptions): T;
  get(block?: boolean | GetOptions, timeout?: number | null): T;
  get(block?: boolean | GetOptions, timeout?: number | null): T {
    if (block === undefined && timeout === undefined) return takeItem(this.#channel, -1) as T;
    const options = waitOptions(block, timeout, GET);
    return takeItem(
      this.#channel,
      secondsOf(options, () => this[negativeTimeout](false)),
    ) as T;
  }

  /** `get(false)` */
  getNowait(): T {
    return takeItem(this.#channel, 0) as T;
  }

  /**
   * As `get()`, without blocking: first come, first served in each thread.
   *
   * @throws Empty, ShutDown, ValueError, the signal's reason
   */
  async getAsync(options?: GetAsyncOptions): Promise<T> {
    const { signal, ...rest } = checkOptions(options, GET_ASYNC);
    const seconds = secondsOf(rest, () => this[negativeTimeout](false));
    this.#getters ??= new Getters(this.#channel);
    return this.#getters.wait<T>(seconds, signal);
  }

  /** @internal */
  abstract [negativeTimeout](puts: boolean): number;

  /** @internal */
  [send](item: unknown, seconds: number): number {
    return putValue(this.#channel, item, 0, 0, 0, seconds);
  }

  /** @internal The queue's native side. */
  get [adopt](): NativeChannel {
    return this.#channel;
  }
}
