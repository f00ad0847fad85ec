import { inspect } from 'node:util';
import { ValueError } from '../../errors.js';

/** No level of its own: what is WARNING or more is logged. */
export const NOTSET = 0;
export const SUBDEBUG = 5;
export const DEBUG = 10;
export const INFO = 20;
export const SUBWARNING = 25;
export const WARNING = 30;
export const ERROR = 40;
export const CRITICAL = 50;

/** As in Python's `logging`, which has no names for `SUBDEBUG` and `SUBWARNING`. */
const BY_NAME: Readonly<Record<string, number>> = {
  NOTSET,
  DEBUG,
  INFO,
  WARN: WARNING,
  WARNING,
  ERROR,
  FATAL: CRITICAL,
  CRITICAL,
};
const NAMES = new Map([NOTSET, DEBUG, INFO, WARNING, ERROR, CRITICAL].map((n) => [n, nameIn(n)]));

function nameIn(level: number): string {
  const names = Object.keys(BY_NAME).filter((name) => BY_NAME[name] === level);
  return names.at(-1) as string;
}

/** "WARNING", or "Level 25". */
export function levelName(level: number): string {
  return NAMES.get(level) ?? `Level ${level}`;
}

/**
 * A level by its number or name.
 *
 * @throws ValueError for a name that there is not; TypeError
 */
export function checkLevel(level: unknown): number {
  if (Number.isSafeInteger(level)) return level as number;
  if (typeof level !== 'string') {
    throw new TypeError(`Level not an integer or a valid string: ${inspect(level)}`);
  }
  const known = Object.hasOwn(BY_NAME, level) ? BY_NAME[level] : undefined;
  if (known === undefined) throw new ValueError(`Unknown level: ${inspect(level)}`);
  return known;
}
