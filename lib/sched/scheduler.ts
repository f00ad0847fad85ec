import { inspect } from 'node:util';
import {
  checkBoolean,
  checkFunction,
  checkKeywords,
  checkOptions,
  type Keywords,
  wrongType,
} from '../_internal/index.js';
import { ValueError } from '../errors.js';
import { type Action, Event } from './event.js';
import { Heap } from './heap.js';
import { Naps, orAborted } from './naps.js';
import { monotonic, sleep } from './time.js';

/** Where a scheduler has its time from. */
export interface SchedulerOptions {
  /** Says what time it is. By default seconds, as Python's `time.monotonic`. */
  timefunc?: () => number;
  /**
   * Waits for so much of that time; `run()` expects it to block, and `runAsync()` awaits what it
   * returns. By default a sleep of so many seconds.
   */
  delayfunc?: (delay: number) => unknown;
}

/** What an event's action is called with. */
export interface EnterOptions {
  argument?: Iterable<unknown>;
  /** The last argument of the call, if it is not empty. */
  kwargs?: Keywords;
}

/**
 * Calls functions at given times, in the order of time, priority and entering.
 *
 * Differs from CPython: it belongs to the thread that made it, and cannot be passed to another;
 * there is no way to make it safe for several threads without sharing objects.
 *
 * @example
 * const s = new scheduler();
 * s.enter(5, 1, console.log, { argument: ['five seconds later'] });
 * await s.runAsync();
 *
 * @see https://docs.python.org/3.13/library/sched.html#scheduler-objects
 */
export class scheduler {
  /** Says what time it is. */
  readonly timefunc: () => number;
  /** Waits. */
  readonly delayfunc: (delay: number) => unknown;
  readonly #events = new Heap();
  readonly #naps = new Naps();
  #sequence = 0;

  /** @throws TypeError for a wrong type or an unknown option */
  constructor(timefunc?: () => number, delayfunc?: (delay: number) => unknown);
  constructor(options?: SchedulerOptions);
  constructor(from?: (() => number) | SchedulerOptions, delay?: (delay: number) => unknown) {
    const { timefunc = monotonic, delayfunc = sleep } =
      typeof from === 'function' || delay !== undefined
        ? { ...(from && { timefunc: from as () => number }), ...(delay && { delayfunc: delay }) }
        : checkOptions(from, ['timefunc', 'delayfunc']);
    checkFunction('timefunc', timefunc);
    checkFunction('delayfunc', delayfunc);
    this.timefunc = timefunc;
    this.delayfunc = delayfunc;
  }

  /**
   * Enters an event that is due at a time of `timefunc`.
   *
   * @param time seconds of `timefunc`
   * @param priority of events due at the same time, the lowest comes first
   * @param options the arguments of the call, or `argument` itself, followed by `kwargs`
   * @returns the event, for `cancel()`
   * @throws TypeError for a wrong type or an unknown option
   */
  enterabs(time: number, priority: number, action: Action, options?: EnterOptions): Event;
  enterabs(
    time: number,
    priority: number,
    action: Action,
    argument: readonly unknown[],
    kwargs?: Keywords,
  ): Event;
  enterabs(
    time: number,
    priority: number,
    action: Action,
    options?: EnterOptions | readonly unknown[],
    keywords?: Keywords,
  ): Event {
    checkNumber('time', time);
    checkNumber('priority', priority);
    checkFunction('action', action);
    const { argument = [], kwargs = {} } = Array.isArray(options)
      ? { argument: options, ...(keywords && { kwargs: keywords }) }
      : checkOptions(options as EnterOptions | undefined, ['argument', 'kwargs']);
    if (typeof argument?.[Symbol.iterator] !== 'function') {
      throw wrongType('argument', 'iterable', argument);
    }
    checkKeywords(kwargs);
    const event = new Event(time, priority, this.#sequence++, action, [...argument], kwargs);
    this.#events.push(event);
    if (this.#events.first === event) this.#naps.end();
    return event;
  }

  /**
   * Enters an event that is due after a delay.
   *
   * @param delay seconds
   * @see enterabs for the rest
   */
  enter(delay: number, priority: number, action: Action, options?: EnterOptions): Event;
  enter(
    delay: number,
    priority: number,
    action: Action,
    argument: readonly unknown[],
    kwargs?: Keywords,
  ): Event;
  enter(
    delay: number,
    priority: number,
    action: Action,
    options?: EnterOptions | readonly unknown[],
    kwargs?: Keywords,
  ): Event {
    checkNumber('delay', delay);
    const time = this.timefunc() + delay;
    return this.enterabs(time, priority, action, options as readonly unknown[], kwargs);
  }

  /**
   * Takes an event away.
   *
   * @throws ValueError if it is not in the queue: it has been called or cancelled
   */
  cancel(event: Event): void {
    const wasFirst = this.#events.first === event;
    if (!this.#events.remove(event)) throw new ValueError('list.remove(x): x not in list');
    // Nobody needs to sleep for it any more.
    if (wasFirst) this.#naps.end();
  }

  /** Whether there are no events. */
  empty(): boolean {
    return this.#events.size === 0;
  }

  /** The events in their order: a copy, each time. */
  get queue(): Event[] {
    return this.#events.sorted();
  }

  /**
   * Calls the events when they are due, until there are none. After each, `delayfunc(0)` is called.
   * **Blocks this thread**, its event loop included; in a server use `runAsync()`. Promises that
   * actions return are not awaited.
   *
   * An error of an action ends the run; its event is gone, and the run can be called again for the
   * others.
   *
   * @param blocking false: call only what is due, and do not wait
   * @returns null when there are no events left; with `blocking` false, the seconds until the next
   * @throws what actions, `timefunc` and `delayfunc` throw; KeyboardInterrupt (main thread)
   */
  run(blocking?: boolean | { blocking?: boolean }): number | null {
    const blocks = checkBlocking(
      typeof blocking === 'object' ? checkOptions(blocking, ['blocking']).blocking : blocking,
    );
    const { timefunc, delayfunc } = this;
    for (let next = this.#events.first; next !== undefined; next = this.#events.first) {
      const delay = next.time - timefunc();
      if (delay <= 0) {
        this.#events.pop();
        call(next);
        delayfunc(0);
      } else if (blocks) {
        delayfunc(delay);
      } else {
        return delay;
      }
    }
    return null;
  }

  /**
   * As `run()`, without blocking: the event loop goes on while it waits and after each event. An
   * action's promise is awaited before the next event. What is entered or cancelled meanwhile counts.
   *
   * @throws the signal's reason, as soon as no action is under way; what `run()` throws
   */
  async runAsync(options?: { blocking?: boolean; signal?: AbortSignal }): Promise<number | null> {
    const { blocking, signal } = checkOptions(options, ['blocking', 'signal']);
    const blocks = checkBlocking(blocking);
    for (;;) {
      signal?.throwIfAborted();
      const next = this.#events.first;
      if (next === undefined) return null;
      const delay = next.time - this.timefunc();
      if (delay <= 0) {
        this.#events.pop();
        await call(next);
        await this.#delay(0, signal);
      } else if (blocks) {
        await this.#delay(delay, signal);
      } else {
        return delay;
      }
    }
  }

  async #delay(delay: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.delayfunc === sleep) return this.#naps.take(delay, signal);
    await orAborted(this.delayfunc(delay), signal);
  }

  [inspect.custom](): string {
    return `<scheduler of ${this.#events.size} events>`;
  }
}

function call({ action, argument, kwargs }: Event): unknown {
  for (const _ in kwargs) return action(...argument, kwargs);
  return action(...argument);
}

function checkBlocking(blocking: boolean | undefined): boolean {
  if (blocking !== undefined) checkBoolean('blocking', blocking);
  return blocking ?? true;
}

function checkNumber(name: string, value: unknown): void {
  if (typeof value !== 'number' || Number.isNaN(value)) throw wrongType(name, 'a number', value);
}
