import { isThenable } from '../_internal/index.js';
import { addon, type NativeChannel, type NativeProcess, updateHolder } from '../_native/index.js';
import { internals } from '../_thread/index.js';
import { rebuildFunction, takeValue, ValueDelayed } from '../pickle/index.js';
import { applyPreparation } from './apply-preparation.js';
import { FAMILY, LIFELINE } from './boot.js';
import type { Preparation } from './preparation.js';
import { reportUncaught } from './report-uncaught.js';

type AnyFunction = (...args: unknown[]) => unknown;

/** Node's own code for a program whose last promise nobody can settle any more. */
const UNSETTLED = 13;

/**
 * Makes this process what its parent wants it to be: calls the function that comes to its mailbox.
 *
 * @param watched the parent, if its end is watched already
 */
export async function becomeProcess(place: number, watched?: NativeProcess): Promise<void> {
  const mailbox = enterFamily(place);
  updateHolder();
  internals.provideMailbox(mailbox);
  // As long as nobody has said what this process shall be, it ends with its parent.
  const parent = watched ?? addon.watchParent(LIFELINE, process.ppid, true);
  const preparation = takeValue(mailbox, -1) as Preparation;
  const { name, daemon, main, authkey } = preparation;
  addon.setProcessKey(Buffer.from(authkey, 'base64'));
  process.argv = [process.argv[0] as string, ...preparation.argv];
  parent.setDaemon(daemon);
  applyPreparation(preparation, parent);
  try {
    // Before the arguments, whose classes its modules may enter.
    const fn = (await rebuildFunction(main)) as AnyFunction;
    const result = fn(...(await takeArguments(mailbox)));
    if (isThenable(result)) await untilSettled(result);
  } catch (error) {
    reportUncaught(name, error);
    // As after any uncaught error.
    process.exit(1);
  }
}

/** Where the parent has died meanwhile, nobody waits for this process any more. */
function enterFamily(place: number): NativeChannel {
  try {
    return addon.joinFamily(FAMILY, place);
  } catch (error) {
    if ((error as { code?: string }).code === 'ESRCH') addon.exitNow(1);
    throw error;
  }
}

/** Loads the modules that they need, also those with a top-level await, or behind a loader. */
async function takeArguments(mailbox: NativeChannel): Promise<unknown[]> {
  try {
    return takeValue(mailbox, -1) as unknown[];
  } catch (error) {
    if (error instanceof ValueDelayed) return (await error.value()) as unknown[];
    throw error;
  }
}

/** Awaits it; where nothing is left that could settle it, the process ends as Node's programs do. */
async function untilSettled(result: PromiseLike<unknown>): Promise<void> {
  const giveUp = () => {
    process.exitCode = UNSETTLED;
  };
  process.on('beforeExit', giveUp);
  try {
    await result;
  } finally {
    process.off('beforeExit', giveUp);
    if (process.exitCode === UNSETTLED) process.exitCode = undefined;
  }
}
