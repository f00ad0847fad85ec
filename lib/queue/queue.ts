import { inspect } from 'node:util';
import { checkBoolean, checkInteger, checkOptions } from '../_internal/index.js';
import { type NativeChannel, Outcome, succeeded, waitAsync } from '../_native/index.js';
import { adopt } from '../_thread/index.js';
import { ValueError } from '../errors.js';
import { putValue, registerTraveller, transfer } from '../pickle/index.js';
import { Empty, Full, ShutDown } from './errors.js';
import {
  type Adopted,
  adopted,
  checkPut,
  makeChannel,
  Order,
  takeItem,
  tryTakeItem,
} from './items.js';
import { Line, NOT_YET } from './line.js';
import {
  GET,
  GET_ASYNC,
  type GetAsyncOptions,
  type GetOptions,
  PUT,
  PUT_ASYNC,
  type PutAsyncOptions,
  type PutOptions,
  refuseNegative,
  secondsOf,
  waitOptions,
} from './options.js';

/** @internal Puts an item into the channel: what the kinds of queues differ in. */
export const send = Symbol('send');

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
export class Queue<T = unknown> {
  // The channel's guard is held, natively, whenever the queue is changed: in one critical section a
  // put checks for room and for the shutdown, counts the task and appends, and shutdown(true) marks
  // the end, drops what is left and counts it as done. JavaScript never holds it.
  readonly #channel: NativeChannel;
  /** This thread's promises that wait. */
  #getters: Line | undefined;
  #putters: Line | undefined;

  /**
   * @param maxsize the most items at a time; 0 or less: any number
   * @throws TypeError if it is no integer
   */
  constructor(maxsize: number | Adopted = 0) {
    this.#channel = channelFor(maxsize, Order.oldestFirst)[adopt];
  }

  /**
   * The most items at a time; 0 or less: any number. It can be set: more items than that stay, and
   * nothing is put until there are fewer.
   */
  get maxsize(): number {
    return this.#channel.mostItems;
  }
  set maxsize(maxsize: number) {
    checkInteger('maxsize', maxsize);
    this.#channel.setMostItems(maxsize);
  }

  /** Whether `shutdown()` was called, in any thread. */
  get isShutdown(): boolean {
    return this.#channel.closed;
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
  put(item: T, block?: boolean | PutOptions, timeout?: number | null): void {
    let sent: unknown = item;
    let seconds = -1;
    if (block !== undefined || timeout !== undefined) {
      const options = waitOptions(block, timeout, PUT);
      seconds = secondsOf(options, () => this.#checkNegativePut());
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
    const seconds = secondsOf(rest, () => this.#checkNegativePut());
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
  get(block?: boolean | GetOptions, timeout?: number | null): T {
    if (block === undefined && timeout === undefined) return takeItem(this.#channel, -1) as T;
    const options = waitOptions(block, timeout, GET);
    return takeItem(
      this.#channel,
      secondsOf(options, () => this.#checkNegativeGet()),
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
    const seconds = secondsOf(rest, () => this.#checkNegativeGet());
    this.#getters ??= new Line((id) => this.#channel.readableAsync(id, true));
    const attempt = () => tryTakeItem(this.#channel) as T | typeof NOT_YET;
    return this.#getters.wait(attempt, seconds, signal, () => new Empty());
  }

  /**
   * Tells that the work on an item is complete, once for each that was got: `join()` waits for
   * that. Never blocks.
   *
   * @throws ValueError if it is called more often than items were put
   */
  taskDone(): void {
    if (!this.#channel.finish()) throw new ValueError('task_done() called too many times');
  }

  /**
   * Waits until `taskDone()` was called for every item that was put. **Blocks this thread**, its
   * event loop included; in a server use `joinAsync()`.
   *
   * @throws KeyboardInterrupt (main thread)
   */
  join(): void {
    succeeded(this.#channel.waitFinished(-1));
  }

  /**
   * As `join()`, without blocking.
   *
   * @throws the signal's reason
   */
  async joinAsync(options?: { signal?: AbortSignal }): Promise<void> {
    const { signal } = checkOptions(options, ['signal']);
    await waitAsync((id) => this.#channel.finishedAsync(id, true), { signal });
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
    this.#channel.close(drops);
  }

  /** As Python, which looks at a time-out only where it would wait. */
  #checkNegativePut(): void {
    if (this.#channel.closed) throw new ShutDown();
    if (this.#channel.mostItems > 0) refuseNegative();
  }

  #checkNegativeGet(): void {
    if (this.#channel.closed && this.#channel.size === 0) throw new ShutDown();
    refuseNegative();
  }

  /** @internal */
  [send](item: unknown, seconds: number): number {
    return putValue(this.#channel, item, 0, 0, 0, seconds);
  }

  /** @internal The queue's native side. */
  get [adopt](): NativeChannel {
    return this.#channel;
  }

  [inspect.custom](): string {
    const { size, mostItems, closed } = this.#channel;
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

/** The item as it is sent. */
export function given(item: unknown, options: PutOptions): unknown {
  return options.transfer ? transfer(item, options.transfer) : item;
}

/** The channel of a queue that counts its tasks. */
export function channelFor(maxsize: number | Adopted, order: number): Adopted {
  if (typeof maxsize === 'object' && maxsize !== null) return maxsize;
  checkInteger('maxsize', maxsize);
  return makeChannel(maxsize, order, true);
}
