import { inspect } from 'node:util';
import { isThenable } from '../_internal/index.js';
import {
  addon,
  type NativeChannel,
  type NativeThread,
  Origin,
  Outcome,
  staging,
  updateHolder,
} from '../_native/index.js';
import { beginHooks, beginTracing, endHooks, installTracing } from '../_trace/index.js';
import { internals as contexts } from '../contextvars/index.js';
import { SystemExit } from '../errors.js';
import {
  FunctionReceiver,
  takeAnyway,
  takenAttachments,
  Unreadable,
  ValueDelayed,
} from '../pickle/index.js';
import { setCurrentRun } from './current-run.js';
import { textOf } from './excepthook.js';
import { awaitQuiet, serveMailbox, setPending } from './serving.js';
import type { WarmWorkerData } from './warm-workers.js';

/**
 * Reports an error that nobody has caught, and never throws. If it returns a promise, the run lasts
 * until that settles.
 */
export type Reporter = (run: NativeThread, error: unknown) => void | Promise<void>;

/**
 * Makes this Worker a thread of heddle's: it takes runs from its mailbox, one at a time.
 *
 * @param report for the runs that threading has started
 */
export function becomeThread(data: WarmWorkerData, report: Reporter): void {
  const mailbox = addon.withdraw(data.mailbox) as NativeChannel;
  const idle = addon.withdraw(data.idle) as NativeChannel;
  const functions = new FunctionReceiver(addon.withdraw(data.board) as NativeChannel);
  let run: NativeThread | undefined;
  /** The run before, which may have left something behind that throws. */
  let last: NativeThread | undefined;
  /** What the run calls, as far as it is known. */
  let callee: AnyFunction | undefined;
  let leftovers = false;
  if (data.traces) installTracing();

  // A thread's errors end the thread at most, never the program.
  process.on('uncaughtException', (error) => void reportUncaught(error));

  serveMailbox(mailbox, () => {
    if (leftovers) {
      leftovers = false;
      idle.putValue(data.index, 0, 0, 0, -1);
    }
    // A run whose arguments cannot be rebuilt has to begin nevertheless, and to fail.
    const args = takeAnyway(mailbox, 0);
    const { taken } = staging;
    if (taken[staging.OUTCOME] !== Outcome.done) return;
    const number = taken[staging.A] as number;
    beginHooks(taken[staging.B] as number);
    begin(takenAttachments()[0] as NativeThread);
    try {
      if (args instanceof Unreadable) throw args.error;
      settle(
        args instanceof ValueDelayed
          ? args.value().then((value) => call(number, value as unknown[]))
          : call(number, args as unknown[]),
      );
    } catch (error) {
      fail(error);
    }
  });

  /** Without a number, the function is the first argument. */
  function call(number: number, args: unknown[]): unknown {
    if (number < 0) {
      const [target, ...rest] = args as [AnyFunction, ...unknown[]];
      callee = target;
      return target(...ready(rest));
    }
    const fn = functions.at(number);
    if (typeof fn !== 'function') return fn.then((imported) => imported(...ready(args)));
    callee = fn;
    return fn(...ready(args));
  }

  function ready(args: unknown[]): unknown[] {
    return data.traces ? beginTracing(args) : args;
  }

  function begin(next: NativeThread): void {
    run = next;
    callee = undefined;
    run.begin();
    updateHolder();
    setCurrentRun(run);
    contexts.beginContext();
  }

  /** An async target's run lasts until its promise settles. */
  function settle(result: unknown): void {
    if (isThenable(result)) {
      setPending('run', true);
      result.then(end, fail);
    } else {
      end();
    }
  }

  function fail(error: unknown): void {
    const reported = reportUncaught(error);
    if (reported) settle(reported);
    else end();
  }

  function reportUncaught(error: unknown): void | Promise<void> {
    const of = run ?? last;
    if (of?.origin === Origin.thread) return report(of, error);
    if (error instanceof SystemExit) return;
    const where = of ? `thread started by ${inspect(callee)}` : 'a Worker without a thread';
    process.stderr.write(`Exception ignored in ${where}:\n${textOf(error)}\n`);
  }

  function end(): void {
    // While the run's timers or sockets are left over, the Worker is not used again.
    leftovers = addon.isLoopAlive();
    if (leftovers) awaitQuiet();
    else idle.putValue(data.index, 0, 0, 0, -1);
    endHooks();
    setPending('run', false);
    run?.end(false);
    last = run;
    run = undefined;
    updateHolder();
    setCurrentRun(undefined);
  }
}

type AnyFunction = (...args: unknown[]) => unknown;
