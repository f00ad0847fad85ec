import { OverflowError, ValueError } from '../errors.js';
import { wrongType } from './arguments.js';

/** The longest time-out in seconds, some 292 years: Python's `threading.TIMEOUT_MAX`. */
export const TIMEOUT_MAX = 9223372036;

/**
 * A time-out in seconds as the addon takes it: less than 0 is for ever.
 *
 * @throws TypeError, ValueError (NaN), OverflowError (more than TIMEOUT_MAX)
 */
export function toSeconds(timeout: number | null | undefined): number {
  if (timeout === undefined || timeout === null) return -1;
  if (typeof timeout !== 'number') throw wrongType('timeout', 'a number of seconds', timeout);
  if (Number.isNaN(timeout)) throw new ValueError('Invalid value NaN (not a number)');
  if (timeout > TIMEOUT_MAX) throw new OverflowError('timeout value is too large');
  return Math.max(timeout, 0);
}

/** Seconds that are left of a time-out that began at construction. */
export class Deadline {
  readonly #end: number;

  /** @param seconds as `toSeconds` returns them */
  constructor(seconds: number) {
    this.#end = seconds < 0 ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1000;
  }

  /** 0 when it is over, less than 0 if it never comes. */
  get left(): number {
    if (this.#end === Number.POSITIVE_INFINITY) return -1;
    return Math.max(this.#end - performance.now(), 0) / 1000;
  }
}
