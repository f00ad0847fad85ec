import { LockAbandonedError } from 'heddle/errors';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { type Condition, Lock, type RLock, type Semaphore } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import type { Kind } from './kinds.js';

/** What every kind of condition does. */
export function conditionContract(kind: Kind): void {
  const {
    name,
    makeCondition: make,
    makeRLock,
    makeSemaphore,
    makeParty,
    party,
    parties,
    hasLoop,
    errors,
  } = kind;

  /** Somebody who waits, and says so: with the lock held, so that who gets the lock knows he waits. */
  function startWaiter(condition: Condition, waits: Semaphore, woken: Int32Array, number: number) {
    const one = makeParty({ target: waitOnce, args: [condition, waits, woken, number] });
    one.start();
    waits.acquire();
    condition.with(() => {});
    return one;
  }

  describe(`Condition (${name})`, () => {
    test('waiting and notifying without the lock are errors', async () => {
      const condition = make();
      const { waitUnheld: wait, notifyUnheld: notify } = errors;
      expect(() => condition.wait()).toThrow(wait);
      await expect(condition.waitAsync()).rejects.toThrow(wait);
      expect(() => condition.waitFor(() => false)).toThrow(wait);
      expect(() => condition.notify()).toThrow(notify);
      expect(() => condition.notifyAll()).toThrow(notify);
    });

    test('wait returns false after its time-out, with the lock held again', async () => {
      const condition = make();
      condition.acquire();
      const before = performance.now();
      expect(condition.wait(0.03)).toBe(false);
      expect(performance.now() - before).toBeGreaterThanOrEqual(29.9);
      expect([condition.wait(0), condition.wait(-1)]).toEqual([false, false]);
      expect(await condition.waitAsync({ timeout: 0.01 })).toBe(false);
      expect(await condition.waitAsync({ timeout: 0 })).toBe(false);
      condition.release();
      expect(() => condition.release()).toThrow(errors.notOwned);
    });

    test(`wait returns true when another ${party} has notified it`, () => {
      const condition = make();
      condition.acquire();
      const other = makeParty({
        target: (shared: Condition) => {
          shared.acquire();
          shared.notify();
          shared.release();
        },
        args: [condition],
      });
      other.start();
      expect(condition.wait(10)).toBe(true);
      condition.release();
      other.join();
    });

    test('wait gives a lock up that was acquired several times, and has it as often again', () => {
      const condition = make();
      for (let i = 0; i < 3; i++) condition.acquire();
      const other = makeParty({
        target: (shared: Condition) => shared.with(() => shared.notify()),
        args: [condition],
      });
      other.start();
      expect(condition.wait(10)).toBe(true);
      other.join();
      for (let i = 0; i < 3; i++) condition.release();
      expect(() => condition.release()).toThrow(errors.notOwned);
    });

    test('a promise in waitAsync does the same', async () => {
      const condition = make();
      for (let i = 0; i < 3; i++) condition.acquire();
      const waiting = condition.waitAsync();
      expect(() => condition.release()).toThrow(errors.notOwned);
      condition.with(() => condition.notify());
      expect(await waiting).toBe(true);
      for (let i = 0; i < 3; i++) condition.release();
      expect(() => condition.release()).toThrow(errors.notOwned);
    });

    test('it may be used with a lock of its kind, also a plain one, and two with the same', () => {
      const lock = makeRLock();
      const [one, other] = [make(lock), make(lock)];
      one.acquire();
      other.notify();
      other.release();
      const plain = make(kind.makeLock());
      plain.acquire();
      expect(plain.acquire(false)).toBe(false);
      expect(plain.wait(0.01)).toBe(false);
      plain.release();
      expect(plain.acquire({ timeout: 0 })).toBe(true);
      // @ts-expect-error: no lock
      expect(() => make({})).toThrow(TypeError);
    });

    test('notify wakes as many as it says, the oldest first', async () => {
      // Not an RLock, which all functions of a thread own together.
      const condition = make(kind.makeLock());
      const woken: number[] = [];
      const waits = [1, 2, 3, 4, 5].map(async (n) => {
        await condition.acquireAsync();
        await condition.waitAsync();
        woken.push(n);
        condition.release();
      });
      // Who acquires it after them gets it when all have come to wait.
      await notify(condition, 2);
      await Promise.all(waits.slice(0, 2));
      expect(woken).toEqual([1, 2]);
      await notify(condition);
      await waits[2];
      expect(woken).toEqual([1, 2, 3]);
      await notify(condition, 0);
      await notify(condition, 100);
      await Promise.all(waits);
      expect(woken).toEqual([1, 2, 3, 4, 5]);
    });

    test(`notify wakes sleeping ${parties}, the oldest first, and no more than it says`, () => {
      using memory = new SharedMemory({ create: true, size: 16 });
      const woken = new Int32Array(memory.buf.buffer, 0, 4);
      const [condition, waits] = [make(), makeSemaphore(0)];
      const others = [1, 2, 3].map((n) => startWaiter(condition, waits, woken, n));
      for (const [i, one] of others.entries()) {
        condition.with(() => condition.notify());
        one.join(10);
        expect([...woken]).toEqual([i + 1, ...[1, 2, 3].map((n) => (n <= i + 1 ? n : 0))]);
      }
    });

    test('notifyAll wakes all who wait, and nobody who comes later', () => {
      using memory = new SharedMemory({ create: true, size: 16 });
      const woken = new Int32Array(memory.buf.buffer, 0, 4);
      const [condition, waits] = [make(), makeSemaphore(0)];
      const others = [1, 2, 3].map((n) => startWaiter(condition, waits, woken, n));
      condition.acquire();
      condition.notifyAll();
      // What is notified goes on with the lock only.
      expect(woken[0]).toBe(0);
      expect(condition.wait(0.05)).toBe(false);
      condition.release();
      for (const one of others) one.join(10);
      expect(woken[0]).toBe(3);
    });

    test('a notification that finds nobody is not remembered', async () => {
      const condition = make();
      condition.acquire();
      condition.notify(3);
      condition.notifyAll();
      expect(condition.wait(0.01)).toBe(false);
      expect(await condition.waitAsync({ timeout: 0.01 })).toBe(false);
    });

    test('who has given up is no longer in the line', async () => {
      const condition = make();
      const controller = new AbortController();
      condition.acquire();
      const aborted = condition.waitAsync({ signal: controller.signal });
      condition.acquire();
      const timedOut = condition.waitAsync({ timeout: 0.01 });
      condition.acquire();
      const waiting = condition.waitAsync();
      controller.abort(new Error('enough'));
      await expect(aborted).rejects.toThrow('enough');
      expect(await timedOut).toBe(false);
      condition.notify();
      condition.release();
      condition.release();
      expect(await waiting).toBe(true);
      condition.release();
      expect(() => condition.release()).toThrow(errors.notOwned);
    });

    test('waitFor waits until the predicate is true, and calls it with the lock held', () => {
      using memory = new SharedMemory({ create: true, size: 4 });
      const value = new Int32Array(memory.buf.buffer, 0, 1);
      const condition = make();
      const other = makeParty({
        target: (shared: Condition, words: Int32Array) => {
          for (let i = 0; i < 4; i++) {
            shared.acquire();
            words[0] = (words[0] as number) + 1;
            shared.notify();
            shared.release();
          }
        },
        args: [condition, value],
      });
      condition.acquire();
      other.start();
      const result = condition.waitFor(() => {
        condition.acquire(false);
        condition.release();
        return value[0] === 4 && 'four';
      }, 10);
      expect(result).toBe('four');
      condition.release();
      other.join();
    });

    test('waitFor returns what is false when its time is over', async () => {
      const condition = make();
      condition.acquire();
      const before = performance.now();
      let calls = 0;
      expect(
        condition.waitFor(() => {
          calls++;
          return 0;
        }, 0.03),
      ).toBe(0);
      expect(performance.now() - before).toBeGreaterThanOrEqual(29.9);
      expect(calls).toBe(2);
      expect(condition.waitFor(() => null, 0)).toBe(null);
      expect(await condition.waitForAsync(async () => false, { timeout: 0.01 })).toBe(false);
      expect(() => condition.waitFor(async () => true)).toThrow(/use waitForAsync/);
      condition.release();
    });

    test('waitForAsync waits until the predicate is true', async () => {
      const condition = make();
      let value = 0;
      await condition.acquireAsync();
      const waiting = condition.waitForAsync(async () => value === 2 && 'two');
      for (let i = 0; i < 2; i++) {
        // A predicate that is async is called with the lock held until it has answered.
        await new Promise((resolve) => setImmediate(resolve));
        value++;
        condition.with(() => condition.notify());
      }
      expect(await waiting).toBe('two');
      condition.release();
    });

    test('10,000 promises wait at once', async () => {
      const condition = make(kind.makeLock());
      let count = 0;
      const waits = Array.from({ length: 10_000 }, async () => {
        await condition.acquireAsync();
        await condition.waitAsync();
        count++;
        condition.release();
      });
      await notify(condition, 10_000);
      await Promise.all(waits);
      expect(count).toBe(10_000);
    });

    test('nothing is lost between many who wait and many who notify', () => {
      using memory = new SharedMemory({ create: true, size: 8 });
      const words = new Int32Array(memory.buf.buffer, 0, 2);
      const [full, empty] = twoOver(kind.makeLock());
      const rounds = 300;
      const others = [0, 1, 2, 3].map((i) =>
        makeParty({ target: i % 2 ? produce : consume, args: [full, empty, words, rounds] }),
      );
      for (const one of others) one.start();
      for (const one of others) one.join();
      expect([...words]).toEqual([0, 2 * rounds]);
    });

    test.runIf(hasLoop)(`a notification goes past a ${party} that was killed`, () => {
      using memory = new SharedMemory({ create: true, size: 16 });
      const woken = new Int32Array(memory.buf.buffer, 0, 4);
      const [condition, waits] = [make(), makeSemaphore(0)];
      const doomed = makeParty({ target: dieWaiting, args: [condition, waits] });
      doomed.start();
      waits.acquire();
      const other = startWaiter(condition, waits, woken, 1);
      doomed.join();
      condition.with(() => condition.notify());
      other.join(10);
      expect(woken[0]).toBe(1);
    });

    test('who waits learns that the lock was abandoned, and does not have it', async () => {
      const condition = make();
      condition.acquire();
      const waiting = condition.waitAsync();
      const killed = makeParty({
        target: (shared: Condition) => {
          shared.acquire();
          shared.notify();
          process.exit();
        },
        args: [condition],
      });
      killed.start();
      await expect(waiting).rejects.toThrow(LockAbandonedError);
      expect(() => condition.notify()).toThrow(errors.notifyUnheld);
      killed.join();
    });

    test('it travels with its lock, which is the same as the one beside it', () => {
      const lock = makeRLock();
      const condition = make(lock);
      lock.acquire();
      const other = makeParty({
        target: (held: RLock, shared: Condition) => {
          held.acquire();
          shared.notify();
          held.release();
        },
        args: [lock, condition],
      });
      other.start();
      expect(condition.wait(10)).toBe(true);
      lock.release();
      other.join();
    });

    function twoOver(lock: Lock): [Condition, Condition] {
      expect(lock).toBeInstanceOf(Lock);
      return [make(lock), make(lock)];
    }
  });
}

async function notify(condition: Condition, n = 1): Promise<void> {
  await using _held = await condition.holdAsync();
  condition.notify(n);
}

function waitOnce(condition: Condition, waits: Semaphore, woken: Int32Array, number: number): void {
  condition.acquire();
  waits.release();
  condition.wait();
  woken[0] = (woken[0] as number) + 1;
  woken[number] = number;
  condition.release();
}

/** Killed while it waits: by a thread of its own process, since it is blocked itself. */
async function dieWaiting(condition: Condition, waits: Semaphore): Promise<void> {
  await condition.acquireAsync();
  const waiting = condition.waitAsync();
  waits.release();
  setImmediate(() => process.exit());
  await waiting;
}

function produce(full: Condition, empty: Condition, words: Int32Array, rounds: number): void {
  for (let i = 0; i < rounds; i++) {
    full.acquire();
    empty.waitFor(() => words[0] === 0);
    words[0] = 1;
    full.notify();
    full.release();
  }
}

function consume(full: Condition, empty: Condition, words: Int32Array, rounds: number): void {
  for (let i = 0; i < rounds; i++) {
    full.acquire();
    full.waitFor(() => words[0] === 1);
    words[0] = 0;
    words[1] = (words[1] as number) + 1;
    empty.notify();
    full.release();
  }
}
