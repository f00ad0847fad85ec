import { ThreadPoolExecutor } from 'heddle/concurrent/futures';
import { LockAbandonedError, ValueError } from 'heddle/errors';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import type { Event, RLock } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import type { Kind } from './kinds.js';
import { readsBlockAsMultiprocessing } from './lock.js';

/** What every kind of reentrant lock does. */
export function rlockContract(kind: Kind): void {
  const { name, makeRLock: make, makeEvent, makeParty, parties, module, errors } = kind;

  describe(`RLock (${name})`, () => {
    test('its owner acquires it again at once, and releases it as often', () => {
      const lock = make();
      for (let i = 0; i < 3; i++) expect(lock.acquire()).toBe(true);
      expect(lock.acquire(false)).toBe(true);
      for (let i = 0; i < 3; i++) lock.release();
      expect(elsewhere(lock)).toBe(false);
      lock.release();
      expect(elsewhere(lock)).toBe(true);
    });

    test('who does not own it cannot release it', () => {
      const lock = make();
      const error = errors.notOwned;
      expect(() => lock.release()).toThrow(error);
      const [held, done] = [makeEvent(), makeEvent()];
      const owner = makeParty({ target: holdUntil, args: [lock, held, done] });
      owner.start();
      held.wait();
      expect(() => lock.release()).toThrow(error);
      expect(lock.acquire(false)).toBe(false);
      expect(lock.acquire({ timeout: 0.02 })).toBe(false);
      done.set();
      owner.join();
      expect(lock.acquire(false)).toBe(true);
      lock.release();
      expect(() => lock.release()).toThrow(error);
    });

    test('a waiter gets it when the owner has released it as often as it acquired it', async () => {
      const lock = make();
      const [held, done] = [makeEvent(), makeEvent()];
      const owner = makeParty({ target: holdUntil, args: [lock, held, done] });
      owner.start();
      held.wait();
      const waiter = lock.acquireAsync();
      done.set();
      expect(await waiter).toBe(true);
      // Owned from the moment on that the promise was settled, and by this thread.
      expect(await lock.acquireAsync()).toBe(true);
      lock.release();
      expect(elsewhere(lock)).toBe(false);
      lock.release();
      expect(elsewhere(lock)).toBe(true);
    });

    test(`many ${parties} that acquire it twice exclude each other`, () => {
      using memory = new SharedMemory({ create: true, size: 4 });
      const counts = new Int32Array(memory.buf.buffer, 0, 1);
      const lock = make();
      const go = makeEvent();
      const threads = Array.from({ length: 4 }, () =>
        makeParty({ target: recurse, args: [lock, go, counts, 500] }),
      );
      for (const thread of threads) thread.start();
      go.set();
      for (const thread of threads) thread.join();
      expect(counts[0]).toBe(4 * 500 * 2);
    });

    test('a lock whose owner was killed is abandoned, and free after recover()', () => {
      const lock = make();
      const held = makeEvent();
      const owner = makeParty({ target: holdAndDie, args: [lock, held] });
      owner.start();
      held.wait();
      owner.join();
      expect(() => lock.acquire()).toThrow(LockAbandonedError);
      expect(lock.recover()).toBe(true);
      expect(lock.acquire()).toBe(true);
      lock.release();
      expect(elsewhere(lock)).toBe(true);
    });

    if (module === 'multiprocessing') readsBlockAsMultiprocessing(make);
    else
      test('bad arguments are errors that say why', () => {
        expect(() => make().acquire(false, 1)).toThrow(
          new ValueError("can't specify a timeout for a non-blocking call"),
        );
      });

    test('with and hold release it, also after an error', () => {
      const lock = make();
      expect(lock.with(() => lock.with(() => 5))).toBe(5);
      const fail = () => {
        throw new Error('inside');
      };
      expect(() => lock.with(fail)).toThrow('inside');
      const held = lock.hold();
      expect(elsewhere(lock)).toBe(false);
      held[Symbol.dispose]();
      expect(elsewhere(lock)).toBe(true);
    });

    test('says in an inspection who owns it, and how often', () => {
      const lock = make();
      const { inspect } = process.getBuiltinModule('node:util');
      expect(inspect(lock)).toMatch(/^<unlocked heddle\.RLock \d+ owner=0 count=0>$/);
      lock.acquire();
      lock.acquire();
      expect(inspect(lock)).toMatch(/^<locked heddle\.RLock \d+ owner=[1-9]\d* count=2>$/);
      lock.release();
      lock.release();
    });
  });
}

/** Whether another thread could acquire it. */
function elsewhere(lock: RLock): boolean {
  using other = new ThreadPoolExecutor({ maxWorkers: 1 });
  const attempt = (tried: RLock) => {
    const acquired = tried.acquire(false);
    if (acquired) tried.release();
    return acquired;
  };
  return other.submit(attempt, lock).result();
}

function holdUntil(lock: RLock, held: Event, done: Event): void {
  lock.acquire();
  lock.acquire();
  held.set();
  done.wait();
  lock.release();
  lock.release();
}

function holdAndDie(lock: RLock, held: Event): never {
  lock.acquire();
  lock.acquire();
  held.set();
  process.exit();
}

function recurse(lock: RLock, go: Event, counts: Int32Array, times: number): void {
  go.wait();
  for (let i = 0; i < times; i++) {
    lock.acquire();
    lock.acquire();
    counts[0] = (counts[0] as number) + 1;
    lock.release();
    counts[0] = (counts[0] as number) + 1;
    lock.release();
  }
}
