/**
 * A scheduler of events: functions that are called at given times.
 *
 * @see https://docs.python.org/3.13/library/sched.html
 * @module
 */
export { type Action, compareEvents, Event, type EventFields, type Keywords } from './event.js';
export { type EnterOptions, type SchedulerOptions, scheduler } from './scheduler.js';
