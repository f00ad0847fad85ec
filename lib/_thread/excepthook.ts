import { inspect } from 'node:util';
import { describe } from '../_internal/index.js';
import { SystemExit } from '../errors.js';
import { getIdent } from './ids.js';

/**
 * What an exception hook is told about an error that ended a thread. `new ExceptHookArgs([type,
 * value, traceback, thread])` makes one; it can be iterated in that order.
 *
 * @see https://docs.python.org/3.13/library/threading.html#threading.excepthook
 */
export class ExceptHookArgs<T = unknown> implements Iterable<unknown> {
  /** The error's class; null for what is no object. */
  readonly excType: unknown;
  /** What was thrown. */
  readonly excValue: unknown;
  /** The error's stack, as text; null if it has none. */
  readonly excTraceback: string | null;
  /** The Thread object; null if there is none any more. */
  readonly thread: T | null;

  /** @throws TypeError if there are not four */
  constructor(args: Iterable<unknown>) {
    const values = [...args];
    if (values.length !== 4) {
      throw new TypeError(`ExceptHookArgs() takes a 4-sequence (${values.length}-sequence given)`);
    }
    [this.excType, this.excValue, this.excTraceback, this.thread] = values as [
      unknown,
      unknown,
      string | null,
      T | null,
    ];
  }

  *[Symbol.iterator](): Generator<unknown, void> {
    yield this.excType;
    yield this.excValue;
    yield this.excTraceback;
    yield this.thread;
  }
}

/** What hooks are told about something that a thread has thrown. */
export function argsOf<T>(error: unknown, thread: T | null): ExceptHookArgs<T> {
  const isObject = typeof error === 'object' && error !== null;
  const type = isObject ? (error as object).constructor : null;
  return new ExceptHookArgs<T>([type, error, stackOf(error), thread]);
}

function stackOf(error: unknown): string | null {
  return error instanceof Error && error.stack ? error.stack : null;
}

/** What is written about something that was thrown. */
export function textOf(error: unknown): string {
  return stackOf(error) ?? (error instanceof Error ? String(error) : inspect(error));
}

/**
 * Writes an error that ended a thread to standard error; nothing for SystemExit.
 *
 * @throws TypeError if it is not given ExceptHookArgs
 * @see https://docs.python.org/3.13/library/threading.html#threading.excepthook
 */
export function _excepthook(args: ExceptHookArgs): void {
  if (!(args instanceof ExceptHookArgs)) {
    throw new TypeError(
      `_thread.excepthook argument type must be ExceptHookArgs, not ${describe(args)}`,
    );
  }
  const { excType, excValue, excTraceback, thread } = args;
  if (excType === SystemExit) return;
  const name = (thread as { name?: string } | null)?.name ?? getIdent();
  const text = excTraceback ?? textOf(excValue);
  process.stderr.write(`Exception in thread ${name}:\n${text}\n`);
}
