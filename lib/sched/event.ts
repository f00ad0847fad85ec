import { inspect } from 'node:util';
import type { Keywords } from '../_internal/index.js';

/** What an event calls. */
// biome-ignore lint/suspicious/noExplicitAny: any function can be an action
export type Action = (...args: any[]) => unknown;

/** An event's fields, in the order of Python's tuple. */
export type EventFields = [
  time: number,
  priority: number,
  sequence: number,
  action: Action,
  argument: readonly unknown[],
  kwargs: Keywords,
];

/**
 * An event of a scheduler, frozen. `enter()` returns it, and `cancel()` takes it. Iterating it gives
 * the fields, as Python's named tuple does.
 *
 * Differs from CPython: no index and no `<`; `compareEvents(a, b)` is the order of the events.
 *
 * @see https://docs.python.org/3.13/library/sched.html#sched.scheduler.queue
 */
export class Event {
  constructor(
    /** When it is due, in what `timefunc` returns. */
    readonly time: number,
    /** Of events that are due at the same time, the lowest comes first. */
    readonly priority: number,
    /** Of events with the same priority, the lowest (that entered first) comes first. */
    readonly sequence: number,
    /** What is called. */
    readonly action: Action,
    /** Its arguments. */
    readonly argument: readonly unknown[],
    /** Its last argument, if it is not empty. */
    readonly kwargs: Keywords,
  ) {
    Object.freeze(this);
  }

  *[Symbol.iterator](): Generator<EventFields[number], void> {
    yield this.time;
    yield this.priority;
    yield this.sequence;
    yield this.action;
    yield this.argument;
    yield this.kwargs;
  }

  [inspect.custom](): string {
    const fields = Object.entries(this).map(([name, value]) => `${name}=${inspect(value)}`);
    return `Event(${fields.join(', ')})`;
  }
}

/** Less than 0 if `a` comes before `b`: by time, then priority, then sequence. For `sort()`. */
export function compareEvents(a: Event, b: Event): number {
  return a.time - b.time || a.priority - b.priority || a.sequence - b.sequence;
}
