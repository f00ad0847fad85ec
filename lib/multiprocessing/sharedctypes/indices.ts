import { checkInteger } from '../../_internal/index.js';
import { IndexError } from '../../errors.js';

/**
 * An index from the beginning, of one that may count from the end.
 *
 * @throws TypeError, IndexError
 */
export function indexIn(length: number, index: number, message = 'invalid index'): number {
  checkInteger('index', index);
  const found = index < 0 ? index + length : index;
  if (found < 0 || found >= length) throw new IndexError(message);
  return found;
}

/** The bounds of Python's `[start:stop]`: any that are not there are moved to the nearest that is. */
export function boundsIn(
  length: number,
  start: number | undefined,
  stop: number | undefined,
): [start: number, stop: number] {
  const bound = (name: string, index: number | undefined, fallback: number) => {
    if (index === undefined) return fallback;
    checkInteger(name, index);
    return Math.min(Math.max(index < 0 ? index + length : index, 0), length);
  };
  const first = bound('start', start, 0);
  return [first, Math.max(bound('stop', stop, length), first)];
}
