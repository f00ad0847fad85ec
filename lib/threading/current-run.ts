import type { NativeThread } from '../_native/index.js';
import { forgetRunValues } from '../_thread/index.js';

let current: NativeThread | undefined;

/** The run that this Worker is in; undefined on the main thread and in Workers of others. */
export function currentRun(): NativeThread | undefined {
  return current;
}

export function setCurrentRun(run: NativeThread | undefined): void {
  current = run;
  forgetRunValues();
}
