import { LockAbandonedError, ValueError } from 'heddle/errors';
import { BoundedSemaphore, Lock, Process, Semaphore } from 'heddle/multiprocessing';
import { expect, test } from 'vitest';
import { barrierContract } from '../contracts/barrier.js';
import { conditionContract } from '../contracts/condition.js';
import { eventContract } from '../contracts/event.js';
import { OF_PROCESSES } from '../contracts/kinds.js';
import { lockContract } from '../contracts/lock.js';
import { rlockContract } from '../contracts/rlock.js';
import { semaphoreContract } from '../contracts/semaphore.js';
import { expectForked } from '../setup/processes.js';

expectForked();

for (const kind of OF_PROCESSES) {
  lockContract(kind);
  eventContract(kind);
  rlockContract(kind);
  semaphoreContract(kind);
  conditionContract(kind);
  barrierContract(kind);
}

test('a bounded semaphore keeps its bound and value between processes', () => {
  const semaphore = new BoundedSemaphore(2);
  const tooMany = new ValueError('semaphore or lock released too many times');
  expect(semaphore.getValue()).toBe(2);
  expect(() => semaphore.release()).toThrow(tooMany);
  const child = new Process({
    target: (shared: BoundedSemaphore) => {
      shared.acquire();
      try {
        shared.release(2);
      } catch {
        shared.acquire();
      }
    },
    args: [semaphore],
    daemon: true,
  });
  child.start();
  child.join();
  expect([child.exitcode, semaphore.getValue()]).toEqual([0, 0]);
  semaphore.release();
  semaphore.release();
  expect(() => semaphore.release()).toThrow(tooMany);
  expect(new Semaphore(7).getValue()).toBe(7);
});

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
