import { type PackedRun, unpackRun } from '../_internal/index.js';
import { internals } from '../_thread/index.js';
import type { Context } from '../contextvars/index.js';
import { remember } from './known-threads.js';
import { Thread } from './thread.js';

/** What a Thread is in its own thread, where it is more than a target. */
export interface PackedThread extends PackedRun {
  context: Context | null;
}

/** In the thread: makes the object that was started, and does what it does. */
export function runThread(packed: PackedThread): unknown {
  const own = internals.ownThread();
  const thread = unpackRun<Thread>(packed, Thread, own);
  remember(thread, own.ident);
  return packed.context ? packed.context.run(() => thread.run()) : thread.run();
}
