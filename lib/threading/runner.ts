import { isThenable } from '../_internal/index.js';
import {
  addon,
  type NativeChannel,
  type NativeThread,
  Outcome,
  staging,
  updateHolder,
} from '../_native/index.js';
import { internals as contexts } from '../contextvars/index.js';
import {
  FunctionReceiver,
  takeAnyway,
  takenAttachments,
  Unreadable,
  ValueDelayed,
} from '../pickle/index.js';
import { setCurrentRun } from './current-run.js';
import { awaitQuiet, serveMailbox, setPending } from './serving.js';
import { beginHooks, endHooks } from './trace/hooks.js';
import { installTracing } from './trace/report-here.js';
import { beginTracing } from './trace/traced-run.js';
import type { WarmWorkerData } from './warm-workers.js';

/** Makes this Worker a thread of heddle's: it takes runs from its mailbox, one at a time. */
export function becomeThread(data: WarmWorkerData): void {
  const mailbox = addon.withdraw(data.mailbox) as NativeChannel;
  const idle = addon.withdraw(data.idle) as NativeChannel;
  const functions = new FunctionReceiver(addon.withdraw(data.board) as NativeChannel);
  let run: NativeThread | undefined;
  let leftovers = false;
  if (data.traces) installTracing();

  // A thread's errors end the thread at most, never the program.
  process.on('uncaughtException', (error) => reportUncaught(run, error));

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
      return target(...ready(rest));
    }
    const fn = functions.at(number);
    return typeof fn === 'function'
      ? fn(...ready(args))
      : fn.then((imported) => imported(...ready(args)));
  }

  function ready(args: unknown[]): unknown[] {
    return data.traces ? beginTracing(args) : args;
  }

  function begin(next: NativeThread): void {
    run = next;
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
    reportUncaught(run, error);
    end();
  }

  function end(): void {
    // While the run's timers or sockets are left over, the Worker is not used again.
    leftovers = addon.isLoopAlive();
    if (leftovers) awaitQuiet();
    else idle.putValue(data.index, 0, 0, 0, -1);
    endHooks();
    setPending('run', false);
    run?.end(false);
    run = undefined;
    updateHolder();
    setCurrentRun(undefined);
  }
}

type AnyFunction = (...args: unknown[]) => unknown;

/** What Python's threading.excepthook prints. */
function reportUncaught(run: NativeThread | undefined, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  process.stderr.write(`Exception in thread ${run?.name ?? '(no run)'}:\n${text}\n`);
}
