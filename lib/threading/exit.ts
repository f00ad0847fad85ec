import { isMainThread } from 'node:worker_threads';
import { addon, waitAsync } from '../_native/index.js';

if (isMainThread) {
  // The program waits for its non-daemon threads, and for the processes that are not daemonic,
  // whichever thread has started them: when the main thread has nothing left to do, its loop is kept
  // alive until the last of the threads, or one of the processes, has ended. Then it runs empty
  // again, and so does this.
  process.on('beforeExit', () => {
    void waitAsync((id) => addon.onlyDaemonsAsync(id));
    const child = addon.awaitedChild();
    if (child) void waitAsync((id) => child.joinAsync(id));
  });
  // process.exit(), or an uncaught error: nobody waits any more.
  process.on('exit', () => addon.endChildren(true));
}
