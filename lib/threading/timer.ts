import {
  checkFunction,
  checkKeywords,
  isThenable,
  type Keywords,
  withKeywords,
  wrongType,
} from '../_internal/index.js';
import { Event } from './event.js';
import { Thread } from './thread.js';

/**
 * A thread that calls a function after some time, unless it is cancelled before.
 *
 * It waits in its own thread: that the thread which started it is blocked does not matter.
 *
 * @example
 * const timer = new Timer(30, sayHello);
 * timer.start();
 * timer.cancel();
 *
 * @see https://docs.python.org/3.13/library/threading.html#timer-objects
 */
export class Timer extends Thread {
  /** Seconds from the start to the call. */
  interval: number;
  /** What is called. It travels as docs/functions.md says. */
  // biome-ignore lint/suspicious/noExplicitAny: any function can be called
  function: (...args: any[]) => unknown;
  /** The arguments of the call. They are copied. */
  args: unknown[];
  /** The last argument of the call, if it is not empty. */
  kwargs: Keywords;
  /** Set when the function has returned, or the timer was cancelled. */
  readonly finished: Event;

  /**
   * @param interval seconds
   * @throws TypeError for wrong types
   */
  constructor(
    interval: number,
    // biome-ignore lint/suspicious/noExplicitAny: any function can be called
    fn: (...args: any[]) => unknown,
    args?: Iterable<unknown> | null,
    kwargs?: Keywords | null,
  ) {
    if (typeof interval !== 'number') throw wrongType('interval', 'a number of seconds', interval);
    checkFunction('function', fn);
    if (args !== undefined && args !== null && typeof args?.[Symbol.iterator] !== 'function') {
      throw wrongType('args', 'iterable', args);
    }
    if (kwargs !== undefined && kwargs !== null) checkKeywords(kwargs);
    super();
    this.interval = interval;
    this.function = fn;
    this.args = [...(args ?? [])];
    this.kwargs = kwargs ?? {};
    this.finished = new Event();
  }

  /** Keeps the function from being called, if it has not been yet. From any thread. */
  cancel(): void {
    this.finished.set();
  }

  /** In the timer's thread: waits, and calls the function. A promise of the function's lasts, too. */
  override run(): unknown {
    if (this.finished.wait(this.interval)) return;
    const result = this.function(...withKeywords(this.args, this.kwargs));
    if (!isThenable(result)) {
      this.finished.set();
      return;
    }
    return Promise.resolve(result).then(() => this.finished.set());
  }
}
