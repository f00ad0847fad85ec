import { Lock, Thread } from 'heddle/threading';
import { expect, test } from 'vitest';
import { eventContract } from '../contracts/event.js';
import { OF_THREADS } from '../contracts/kinds.js';
import { lockContract } from '../contracts/lock.js';
import { semaphoreContract } from '../contracts/semaphore.js';

for (const kind of OF_THREADS) {
  lockContract(kind);
  eventContract(kind);
  semaphoreContract(kind);
}

test('a lock that a thread left held when it ended is only held', () => {
  const lock = new Lock();
  const thread = new Thread({ target: (held: Lock) => held.acquire(), args: [lock] });
  thread.start();
  thread.join();
  expect(lock.acquire(false)).toBe(false);
  lock.release();
  expect(lock.acquire(false)).toBe(true);
});
