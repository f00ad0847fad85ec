import type { NativeThread } from '../_native/index.js';
import { RuntimeError } from '../errors.js';
import { isExiting } from './exit.js';
import { type Call, warmWorkers } from './warm-workers.js';

/**
 * Makes a thread run what `describe` returns. Does not wait until it runs.
 *
 * @throws RuntimeError when the program is about to end, and where the system has no further
 *   thread; PicklingError; what `describe` throws. The run is over then
 */
export function startRun(run: NativeThread, describe: () => Call): void {
  if (isExiting()) throw new RuntimeError("can't create new thread at interpreter shutdown");
  run.announce();
  try {
    warmWorkers().start(run, describe);
  } catch (error) {
    run.end(false);
    throw error;
  }
}

/** How a function is called with arguments. */
export function callOf(fn: (...args: never[]) => unknown, args: readonly unknown[]): Call {
  const number = warmWorkers().functions.numberOf(fn);
  return { number, args: number < 0 ? [fn, ...args] : args };
}
