import { running } from '../_internal/index.js';
import { type NativeThread, Origin } from '../_native/index.js';
import { knownThread, remember } from './known-threads.js';
import { _DummyThread, _MainThread } from './special-threads.js';
import { type Running, Thread } from './thread.js';

function classOf({ origin }: NativeThread): new (options: Running) => Thread {
  if (origin === Origin.main) return _MainThread;
  return origin === Origin.dummy ? _DummyThread : Thread;
}

/** This thread's object for a thread that was started: the one that it has, or a new one. */
export function threadOf(native: NativeThread): Thread {
  const found = knownThread(native.ident);
  if (found) return found;
  const type = classOf(native);
  const thread: Thread = new type({ [running]: native });
  remember(thread, native.ident);
  return thread;
}
