import { inspect } from 'node:util';

/** A call's events, as Python names them. */
export type TraceEvent = 'call' | 'line' | 'return' | 'exception';

/**
 * A function for `settrace()`: it is called with 'call' when a function begins or goes on, and what it
 * returns is called with the other events of that call. `arg` is null for 'call' and 'line', the value
 * for 'return' (null when an error leaves), and `[type, value, traceback]` for 'exception'.
 */
// biome-ignore lint/suspicious/noExplicitAny: what it gets depends on the event
export type TraceFunction = (frame: TraceFrame, event: TraceEvent, arg: any) => unknown;

/** A function for `setprofile()`: `event` is 'call' or 'return', `arg` null or the returned value. */
// biome-ignore lint/suspicious/noExplicitAny: any value can be returned
export type ProfileFunction = (frame: TraceFrame, event: 'call' | 'return', arg: any) => unknown;

/** No error was thrown. */
export const NOTHING = Symbol('nothing');

/**
 * One call of a function, as trace and profile functions see it.
 *
 * Differs from CPython: the names are those of what Python has in `f_code.co_filename`,
 * `f_code.co_name`, `f_lineno` and `f_back`; variables cannot be seen, and the line not be set.
 */
export class TraceFrame {
  /** The path of its file; the URL of what is no file. */
  readonly file: string;
  /** As V8 names it; `<module>` for a module, `<anonymous>` for a function without a name. */
  readonly functionName: string;
  /** The line in that file, from 1. */
  lineno: number;
  /** The call that called it, or made it go on; null if that is not traced. */
  back: TraceFrame | null;

  /** @internal What gets its events; null: nobody. */
  local: TraceFunction | null = null;
  /** @internal The line that was reported last. */
  reported = 0;
  /** @internal Whether no round of a loop began since a statement's line was reported. */
  isFresh = false;
  /** @internal Whether it waits, for what it awaits or to be asked for more. */
  isSuspended = false;
  /** @internal Its result. */
  result: unknown = undefined;
  /** @internal Whether an error leaves it. */
  hasFailed = false;
  /** @internal The error that was reported, and is on its way. */
  thrown: unknown = NOTHING;
  /** @internal Where its function begins. */
  readonly first: number;

  /** @internal */
  constructor(file: string, functionName: string, line: number, back: TraceFrame | null) {
    this.file = file;
    this.functionName = functionName;
    this.lineno = line;
    this.first = line;
    this.back = back;
  }

  [inspect.custom](): string {
    return `<TraceFrame ${this.functionName} at ${this.file}:${this.lineno}>`;
  }
}
