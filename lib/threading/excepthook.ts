import { checkFunction } from '../_internal/index.js';
import { type _ExceptHookArgs, _excepthook } from '../_thread/index.js';
import { postNotice, readNotice, Slot } from '../pickle/index.js';
import type { Thread } from './thread.js';

/** Told of each error that ends a thread. What it returns is awaited, if it is a promise. */
export type ExceptHook = (args: _ExceptHookArgs<Thread>) => unknown;

/**
 * What `excepthook` does as long as nobody has set another hook: writes the error to standard error;
 * nothing for SystemExit.
 *
 * @throws TypeError if it is not given ExceptHookArgs
 * @see https://docs.python.org/3.13/library/threading.html#threading.__excepthook__
 */
export const __excepthook__: ExceptHook = _excepthook as ExceptHook;

/**
 * Sets what is called, in the thread, for each error that ends one: from here on, in all threads of
 * the process. `setExcepthook(__excepthook__)` undoes it.
 *
 * Differs from CPython: a module's names cannot be assigned, so that this function takes the place
 * of `threading.excepthook = hook`. In other threads the hook is a copy, with copies of what it
 * captured, as docs/functions.md says.
 *
 * @throws TypeError for what is no function; PicklingError if it cannot travel
 * @see https://docs.python.org/3.13/library/threading.html#threading.excepthook
 */
export function setExcepthook(hook: ExceptHook): void {
  checkFunction('hook', hook);
  postNotice(Slot.excepthook, hook === __excepthook__ ? undefined : hook);
}

/**
 * Calls the hook that is in force (`setExcepthook`), by default `__excepthook__`.
 *
 * @param args `new ExceptHookArgs([type, value, traceback, thread])`
 * @returns what the hook returns; a promise while its modules are being imported
 * @throws what the hook throws; what is thrown where it cannot be rebuilt in this thread
 * @see https://docs.python.org/3.13/library/threading.html#threading.excepthook
 */
export function excepthook(args: _ExceptHookArgs<Thread>): unknown {
  const told = readNotice(Slot.excepthook);
  if (told instanceof Promise)
    return told.then((hook) => ((hook ?? __excepthook__) as ExceptHook)(args));
  return ((told ?? __excepthook__) as ExceptHook)(args);
}
