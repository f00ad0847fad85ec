/**
 * A scheduler of events: functions that are called at given times.
 *
 * @see https://docs.python.org/3.13/library/sched.html
 * @module
 */
export type { Keywords } from '../_internal/index.js';
export { type Action, compareEvents, Event, type EventFields } from './event.js';
export { type EnterOptions, type SchedulerOptions, scheduler } from './scheduler.js';
