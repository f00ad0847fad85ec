import { isThenable } from '../_internal/index.js';
import { addon } from '../_native/index.js';
import { beforeCode, postNotice, readNotice, Slot } from '../pickle/index.js';
import type { ProfileFunction, TraceFunction } from './frame.js';
import { reportHere } from './report-here.js';

/** What threads report to. */
export interface Hooks {
  trace: TraceFunction | null;
  profile: ProfileFunction | null;
}

/** What threads that are started now report to. */
const hooks: Hooks = { trace: null, profile: null };
/** What this one does. */
const own: Hooks = { trace: null, profile: null };

type Topic = keyof Hooks;
/** What a notice says: the hook, and whether threads that run already report to it. */
type Told<T extends Topic> = readonly [hook: Hooks[T], all: boolean];

/** How many of these notices this thread knows. */
let seen = 0;

/** The hooks as they are for all threads of the process that this one has heard of. */
export function currentHooks(): Readonly<Hooks> {
  readNotices();
  return hooks;
}

/** Whether threads that are started now report: they need Workers of their own. */
export function isTracing(): boolean {
  const { trace, profile } = currentHooks();
  return trace !== null || profile !== null;
}

/** What a new thread needs to know no older notices than its starter does. */
export function noticesSeen(): number {
  return seen;
}

/** A run begins; its starter knows as many notices. */
export function beginHooks(noticesOfStarter: number): void {
  seen = noticesOfStarter;
}

/** What a run has left over reports to nobody. */
export function endHooks(): void {
  setHooks({ trace: null, profile: null });
}

/** What this thread reports to from now on. */
export function setHooks(others: Readonly<Hooks>): void {
  for (const each of [hooks, own]) Object.assign(each, others);
  reportHere(own);
}

/**
 * Sets it for all threads of the process that are started from now on, and if `all`, for those that
 * run already, this one included.
 */
export function setHook<T extends Topic>(topic: T, func: Hooks[T], all: boolean): void {
  readNotices();
  const number = postNotice(Slot[topic], [func, all]);
  take(topic, [func, all]);
  // In this thread the function is there already; a notice of another thread may have come between.
  readNotices(number);
}

/**
 * Looks whether another thread has told all of them something. Some 50 ns if not.
 *
 * @param ours the number of this thread's own notice
 */
export function readNotices(ours?: number): void {
  const count = addon.noticeCount();
  if (count === seen) return;
  const known = seen;
  // What is rebuilt below may ask again.
  seen = count;
  for (const topic of ['trace', 'profile'] as const) {
    const number = addon.noticeNumber(Slot[topic]);
    if (number > known && number !== ours) read(topic);
  }
}

function read<T extends Topic>(topic: T): void {
  try {
    const told = readNotice(Slot[topic]);
    if (isThenable(told)) told.then((late) => take(topic, late as Told<T>), warn);
    else take(topic, told as Told<T>);
  } catch (error) {
    warn(error);
  }
}

function take<T extends Topic>(topic: T, [hook, all]: Told<T>): void {
  hooks[topic] = hook;
  if (!all) return;
  own[topic] = hook;
  reportHere(own);
}

/** What asks for notices has nothing to do with them. */
function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}

beforeCode(() => readNotices());
