import { addon, type NativeThread } from '../_native/index.js';
import { forgetRunValues } from './run-values.js';

let current: NativeThread | undefined;
/** What `ownThread()` has found, until another run begins. */
let own: NativeThread | undefined;

/** The run that this Worker is in; undefined on the main thread and in Workers of others. */
export function currentRun(): NativeThread | undefined {
  return current;
}

export function setCurrentRun(run: NativeThread | undefined): void {
  current = run;
  forgetRunValues();
  // What a run leaves behind (timers) still belongs to it: nothing else begins before that is gone.
  if (run !== undefined) own = undefined;
}

/** The calling thread's record, by which all threads know it from here on. */
export function ownThread(): NativeThread {
  own ??= addon.ownThread();
  return own;
}
