import { isThenable } from '../_internal/index.js';
import type { NativeThread } from '../_native/index.js';
import { internals } from '../_thread/index.js';
import { excepthook } from './excepthook.js';
import type { Thread } from './thread.js';
import { threadOf } from './thread-of.js';

const { argsOf, textOf } = internals;

/** Tells the exception hook of an error that nobody has caught in a run. Never throws. */
export function reportUncaught(run: NativeThread, error: unknown): void | Promise<void> {
  try {
    const told = excepthook(argsOf<Thread>(error, threadOf(run)));
    if (isThenable(told)) return Promise.resolve(told).then(() => {}, reportHook);
  } catch (failure) {
    reportHook(failure);
  }
}

/** A hook that fails itself. */
function reportHook(failure: unknown): void {
  process.stderr.write(`Exception in threading.excepthook:\n${textOf(failure)}\n`);
}
