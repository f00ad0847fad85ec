import { addon } from '../../_native/index.js';
import {
  beforeCode,
  loadModules,
  ModulesNeeded,
  packText,
  unpackText,
} from '../../pickle/index.js';
import type { ProfileFunction, TraceFunction } from './frame.js';
import { reportHere } from './report-here.js';

/** What this thread, and those that it starts, report to. */
export interface Hooks {
  trace: TraceFunction | null;
  profile: ProfileFunction | null;
}

const hooks: Hooks = { trace: null, profile: null };

/** The topics of what one thread tells all others. */
const TOPICS = { trace: 0, profile: 1 } as const;
type Topic = keyof typeof TOPICS;

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
  hooks.trace = others.trace;
  hooks.profile = others.profile;
  reportHere(hooks);
}

export function setHook<T extends Topic>(topic: T, func: Hooks[T]): void {
  readNotices();
  hooks[topic] = func;
}

/** Sets it for all threads of the process, this one included. */
export function setHookOfAll<T extends Topic>(topic: T, func: Hooks[T]): void {
  const natives: Parameters<typeof packText>[1] = [];
  const text = func === null ? '' : packText(func, natives);
  setHook(topic, func);
  reportHere(hooks);
  // In this thread the function is there already; a notice of another thread may have come between.
  readNotices(addon.putNotice(TOPICS[topic], text, natives));
}

/**
 * Looks whether another thread has told all of them something. Some 50 ns if not.
 *
 * @param own the number of this thread's own notice
 */
export function readNotices(own?: number): void {
  const count = addon.noticeCount();
  if (count === seen) return;
  const known = seen;
  // What is rebuilt below may ask again.
  seen = count;
  for (const topic of ['trace', 'profile'] as const) {
    const [number = 0, text = '', ...natives] = addon.lastNotice(TOPICS[topic]) ?? [];
    if (number > known && number !== own) take(topic, text, natives);
  }
}

function take(topic: Topic, text: string, natives: Parameters<typeof packText>[1]): void {
  try {
    hooks[topic] = text === '' ? null : (unpackText(text, natives) as TraceFunction);
    reportHere(hooks);
  } catch (error) {
    if (error instanceof ModulesNeeded) {
      void loadModules(error.urls).then(() => take(topic, text, natives), warn);
    } else {
      warn(error);
    }
  }
}

/** What asks for notices has nothing to do with them. */
function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}

beforeCode(() => readNotices());
