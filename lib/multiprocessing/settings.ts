import { postNotice, readNotice, Slot } from '../pickle/index.js';
import type { Named } from './self.js';
import type { StartMethod } from './start-method.js';

/** What holds for multiprocessing in all threads of this process. Plain data, which is soon copied. */
export interface Settings {
  /** Undefined in the program's first process, unless it was renamed. */
  self?: Named | undefined;
  /** Undefined until it is chosen, or needed. */
  startMethod?: StartMethod | undefined;
  /** The program that children run; undefined: Node, as this process does. */
  executable?: string | undefined;
  /** What the fork server imports before it forks. */
  preload?: readonly string[] | undefined;
  /** The logger's, NOTSET if undefined. */
  logLevel?: number | undefined;
  logToStderr?: boolean | undefined;
  /** What it was warned of, and shall not be again. */
  warned?: readonly string[] | undefined;
}

export function getSettings(): Settings {
  return (readNotice(Slot.multiprocessing) as Settings | undefined) ?? {};
}

/** All threads know of it when they look the next time. */
export function changeSettings(changes: Settings): void {
  postNotice(Slot.multiprocessing, { ...getSettings(), ...changes });
}
