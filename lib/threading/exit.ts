import { isMainThread } from 'node:worker_threads';
import { addon, waitAsync } from '../_native/index.js';

// The program waits for its non-daemon threads: when the main thread has nothing left to do, its
// loop is kept alive until the last of them has ended. Then it runs empty again, and so does this.
if (isMainThread) {
  process.on('beforeExit', () => {
    void waitAsync((id) => addon.onlyDaemonsAsync(id));
  });
}
