import { LockAbandonedError } from 'heddle/errors';
import { Lock, Process } from 'heddle/multiprocessing';
import { expect, test } from 'vitest';
import { barrierContract } from '../contracts/barrier.js';
import { conditionContract } from '../contracts/condition.js';
import { eventContract } from '../contracts/event.js';
import { OF_PROCESSES } from '../contracts/kinds.js';
import { lockContract } from '../contracts/lock.js';
import { semaphoreContract } from '../contracts/semaphore.js';

for (const kind of OF_PROCESSES) {
  lockContract(kind);
  eventContract(kind);
  semaphoreContract(kind);
  conditionContract(kind);
  barrierContract(kind);
}

test('a lock that a process left held when it ended is abandoned', () => {
  const lock = new Lock();
  const holder = new Process({
    target: (held: Lock) => held.acquire(),
    args: [lock],
    daemon: true,
  });
  holder.start();
  holder.join();
  expect(holder.exitcode).toBe(0);
  expect(() => lock.acquire(false)).toThrow(LockAbandonedError);
  expect(lock.recover()).toBe(true);
  expect(lock.acquire(false)).toBe(true);
});
