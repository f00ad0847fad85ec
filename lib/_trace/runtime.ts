import {
  NOTHING,
  type ProfileFunction,
  type TraceEvent,
  TraceFrame,
  type TraceFunction,
} from './frame.js';
import { readNotices } from './hooks.js';
import { RUNTIME } from './names.js';

/** Null where nobody is told of a call: the rest of it costs next to nothing. */
type MaybeFrame = TraceFrame | null;

let tracer: TraceFunction | null = null;
let profiler: ProfileFunction | null = null;
/** The innermost call. */
let current: MaybeFrame = null;
/** A trace function runs: what it calls is not traced. */
let isBusy = false;

/** What this thread reports to from now on; null: nobody. */
export function report(trace: TraceFunction | null, profile: ProfileFunction | null): void {
  tracer = trace;
  profiler = profile;
}

/** A run begins in an empty stack. */
export function clearStack(): void {
  current = null;
}

function toTracer(fn: TraceFunction, frame: TraceFrame, event: TraceEvent, arg: unknown): unknown {
  isBusy = true;
  try {
    return fn(frame, event, arg);
  } catch (error) {
    tracer = null;
    frame.local = null;
    throw error;
  } finally {
    isBusy = false;
  }
}

function toLocal(frame: TraceFrame, event: 'line' | 'return' | 'exception', arg: unknown): void {
  if (frame.local === null || tracer === null || isBusy) return;
  const next = toTracer(frame.local, frame, event, arg);
  // Python's function goes on if it returns nothing.
  if (next !== null && next !== undefined) frame.local = next as TraceFunction;
}

function toProfiler(frame: TraceFrame, event: 'call' | 'return', arg: unknown): void {
  if (profiler === null || isBusy) return;
  isBusy = true;
  try {
    profiler(frame, event, arg);
  } catch (error) {
    profiler = null;
    throw error;
  } finally {
    isBusy = false;
  }
}

/** Reports a call: a new one, or one that goes on. */
function begin(frame: TraceFrame): void {
  frame.back = current;
  current = frame;
  try {
    if (tracer !== null && !isBusy) {
      frame.local = (toTracer(tracer, frame, 'call', null) ?? null) as TraceFunction | null;
    }
    toProfiler(frame, 'call', null);
  } catch (error) {
    current = frame.back;
    throw error;
  }
}

function finish(frame: TraceFrame, value: unknown): void {
  try {
    toLocal(frame, 'return', value);
    toProfiler(frame, 'return', value);
  } finally {
    current = frame.back;
  }
}

function goOn(frame: TraceFrame): void {
  frame.isSuspended = false;
  begin(frame);
}

function reportError(frame: TraceFrame, error: unknown): void {
  if (frame.isSuspended) goOn(frame);
  current = frame;
  if (frame.thrown !== NOTHING && Object.is(frame.thrown, error)) return;
  frame.thrown = error;
  if (frame.local === null) return;
  const type = (error as { constructor?: unknown } | null | undefined)?.constructor ?? null;
  const stack = error instanceof Error ? (error.stack ?? null) : null;
  toLocal(frame, 'exception', [type, error, stack]);
}

function line(frame: TraceFrame, lineno: number): void {
  frame.reported = lineno;
  frame.lineno = lineno;
  if (frame.local !== null) toLocal(frame, 'line', null);
}

/** What instrumented code calls. Each takes the call's frame, and most return what they are given. */
const runtime = {
  /** A function begins. */
  enter(file: string, functionName: string, lineno: number): MaybeFrame {
    readNotices();
    if ((tracer === null && profiler === null) || isBusy) return null;
    const frame = new TraceFrame(file, functionName, lineno, current);
    begin(frame);
    return frame;
  },

  /** A module of ES begins. Nothing tells that it fails while it declares something. */
  enterModule(file: string, functionName: string, lineno: number): MaybeFrame {
    const frame = runtime.enter(file, functionName, lineno);
    if (frame !== null) {
      queueMicrotask(() => {
        if (current === frame) current = null;
      });
    }
    return frame;
  },

  /** A statement begins: reported where its line is another than that of the last one. */
  line(frame: MaybeFrame, lineno: number): void {
    if (frame === null) return;
    if (frame.isSuspended) goOn(frame);
    frame.isFresh = true;
    if (lineno !== frame.reported) line(frame, lineno);
  },

  /** A loop's test is computed again. */
  head(frame: MaybeFrame, lineno: number): void {
    if (frame === null) return;
    if (frame.isSuspended) goOn(frame);
    line(frame, lineno);
  },

  /** A loop over values has the next one; its first has been reported with the statement. */
  round(frame: MaybeFrame, lineno: number): void {
    if (frame === null) return;
    if (frame.isSuspended) goOn(frame);
    if (!frame.isFresh || lineno !== frame.reported) line(frame, lineno);
    frame.isFresh = false;
  },

  /** The function will return this, if nothing else happens. */
  value<Value>(frame: MaybeFrame, value: Value): Value {
    if (frame !== null) frame.result = value;
    return value;
  },

  /** The function ends. */
  leave(frame: MaybeFrame): void {
    if (frame === null) return;
    if (frame.isSuspended) goOn(frame);
    finish(frame, frame.hasFailed ? null : frame.result);
  },

  /** An error leaves the function. */
  fail(frame: MaybeFrame, error: unknown): unknown {
    if (frame === null) return error;
    frame.hasFailed = true;
    reportError(frame, error);
    return error;
  },

  /** An error leaves a module of ES. */
  failModule(frame: MaybeFrame, error: unknown): unknown {
    runtime.fail(frame, error);
    runtime.leave(frame);
    return error;
  },

  /** An error was caught. */
  caught(frame: MaybeFrame, error: unknown): void {
    if (frame === null) return;
    reportError(frame, error);
    // It may be thrown again.
    frame.thrown = NOTHING;
  },

  /** An error passes a `finally`. */
  pass(frame: MaybeFrame, error: unknown): unknown {
    if (frame !== null) reportError(frame, error);
    return error;
  },

  /** A generator hands a value over. */
  suspend<Value>(frame: MaybeFrame, value?: Value): Value | undefined {
    if (frame === null || frame.isSuspended) return value;
    frame.isSuspended = true;
    finish(frame, value);
    return value;
  },

  /** A function waits for a promise, or for another generator. */
  pause<Value>(frame: MaybeFrame, value?: Value): Value | undefined {
    if (frame === null || frame.isSuspended) return value;
    frame.isSuspended = true;
    finish(frame, null);
    return value;
  },

  /** And goes on. */
  resume<Value>(frame: MaybeFrame, value: Value): Value {
    if (frame?.isSuspended) goOn(frame);
    return value;
  },
};

/** Lets instrumented code find the runtime. */
export function provideRuntime(): void {
  if (Object.hasOwn(globalThis, RUNTIME)) return;
  Object.defineProperty(globalThis, RUNTIME, { value: Object.freeze(runtime) });
}
