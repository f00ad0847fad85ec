import { isMainThread } from 'node:worker_threads';
import { addon, waitAsync } from '../_native/index.js';

/** Seconds that an end of the program waits for Workers that are being booted. */
const LONGEST_BOOT = 1;

let exiting = false;

/** Whether this thread is in its 'exit' handlers: nothing can be started any more. */
export function isExiting(): boolean {
  return exiting;
}

// Before the handlers that the program has added until now.
process.prependListener('exit', () => {
  exiting = true;
});

// Node 20 aborts the process if a Worker is ended while it links its first modules.
process.on('exit', () => addon.waitForArrivals(LONGEST_BOOT));

if (isMainThread) {
  // The program waits for its non-daemon threads, and for the processes that are not daemonic,
  // whichever thread has started them: when the main thread has nothing left to do, its loop is kept
  // alive until the last of the threads, or one of the processes, has ended. Then it runs empty
  // again, and so does this.
  process.on('beforeExit', () => {
    void waitAsync((id) => addon.onlyDaemonsAsync(id));
    const child = addon.awaitedChild();
    if (child) void waitAsync((id) => child.joinAsync(id));
    // Who joins it has waited for its program, which is over.
    addon.mainThread().end(false);
  });
  // process.exit(), or an uncaught error: nobody waits any more.
  process.on('exit', () => addon.endChildren(true));
}
