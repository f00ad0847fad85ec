// Four threads count in memory that they share. Without the lock, increments would get lost.
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { Lock, Thread } from 'heddle/threading';

/**
 * What each thread runs. Its arguments are all that it has: threads share no variables.
 *
 * @param {SharedMemory} memory
 * @param {Lock} lock
 * @param {number} times
 */
function count(memory, lock, times) {
  const counter = new Int32Array(memory.buf.buffer, 0, 1);
  for (let i = 0; i < times; i++) {
    // Waiting for the lock blocks this thread and no other.
    lock.with(() => {
      counter[0] = (counter[0] ?? 0) + 1;
    });
  }
}

const memory = new SharedMemory({ create: true, size: 4 });
try {
  const lock = new Lock();
  const args = /** @type {Parameters<typeof count>} */ ([memory, lock, 100_000]);
  const threads = [1, 2, 3, 4].map(() => new Thread({ target: count, args }));
  for (const thread of threads) thread.start();
  for (const thread of threads) thread.join();
  console.log(`counted to ${memory.buf.readInt32LE(0)}`); // counted to 400000
} finally {
  memory.close();
}
