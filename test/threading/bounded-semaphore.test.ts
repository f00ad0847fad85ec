import { ThreadPoolExecutor } from 'heddle/concurrent/futures';
import { ValueError } from 'heddle/errors';
import { BoundedSemaphore } from 'heddle/threading';
import { expect, test } from 'vitest';

const TOO_OFTEN = new ValueError('Semaphore released too many times');

test('a bounded semaphore is not released more often than it was acquired', () => {
  const semaphore = new BoundedSemaphore(2);
  expect(() => semaphore.release()).toThrow(TOO_OFTEN);
  semaphore.acquire();
  semaphore.acquire();
  expect(semaphore.acquire(false)).toBe(false);
  expect(() => semaphore.release(3)).toThrow(TOO_OFTEN);
  semaphore.release(2);
  expect(() => semaphore.release()).toThrow(TOO_OFTEN);
  expect(() => semaphore.release(0)).toThrow(new ValueError('n must be one or more'));
  expect([semaphore.acquire(false), semaphore.acquire(false)]).toEqual([true, true]);
});

test('a bounded semaphore keeps its bound in another thread', () => {
  using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  const semaphore = new BoundedSemaphore();
  expect(() => pool.submit((s: BoundedSemaphore) => s.release(), semaphore).result()).toThrow(
    TOO_OFTEN,
  );
  semaphore.acquire();
  pool.submit((s: BoundedSemaphore) => s.release(), semaphore).result();
  expect(() => semaphore.release()).toThrow(TOO_OFTEN);
});

test('a bounded semaphore begins with 1, and not below 0', () => {
  expect(new BoundedSemaphore().acquire(false)).toBe(true);
  expect(() => new BoundedSemaphore(-1)).toThrow(
    new ValueError('semaphore initial value must be >= 0'),
  );
});
