import { ThreadPoolExecutor } from 'heddle/concurrent/futures';
import { LockAbandonedError, OverflowError, ValueError } from 'heddle/errors';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { type Event, type Lock, type RLock, Thread } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import type { Kind } from './kinds.js';

/** What every kind of lock does. */
export function lockContract(kind: Kind): void {
  const { name, makeLock, makeEvent, makeParty, party, parties, hasLoop, module, errors } = kind;

  describe(`Lock (${name})`, () => {
    test('acquire takes a free lock and returns true', () => {
      const lock = makeLock();
      expect(lock.locked()).toBe(false);
      expect(lock.acquire()).toBe(true);
      expect(lock.locked()).toBe(true);
      lock.release();
      expect(lock.locked()).toBe(false);
    });

    test('acquire without blocking returns false at once when the lock is held', () => {
      const lock = makeLock();
      lock.acquire();
      expect(lock.acquire(false)).toBe(false);
      expect(lock.acquire({ blocking: false })).toBe(false);
      expect(lock.acquire({ timeout: 0 })).toBe(false);
    });

    test('acquire returns false after its time-out, and the lock is as it was', () => {
      const lock = makeLock();
      lock.acquire();
      const before = performance.now();
      expect(lock.acquire(true, 0.03)).toBe(false);
      expect(performance.now() - before).toBeGreaterThanOrEqual(29.9);
      lock.release();
      expect(lock.acquire(false)).toBe(true);
    });

    test('acquire in long waits returns false after its time-out, too', () => {
      const lock = makeLock();
      lock.acquire();
      // Beyond the first sleep and one slice of the second.
      expect(lock.acquire({ timeout: 0.3 })).toBe(false);
    });

    test('a lock that a thread left held when it ended is only held', () => {
      const lock = makeLock();
      const thread = new Thread({ target: (held: Lock) => held.acquire(), args: [lock] });
      thread.start();
      thread.join();
      expect(lock.acquire(false)).toBe(false);
      lock.release();
      expect(lock.acquire(false)).toBe(true);
    });

    test('releasing a free lock is an error', () => {
      expect(() => makeLock().release()).toThrow(errors.notHeld);
    });

    if (module === 'multiprocessing') readsBlockAsMultiprocessing(makeLock);
    else
      test('bad arguments are errors that say why', () => {
        const lock = makeLock();
        expect(() => lock.acquire(false, 1)).toThrow(
          new ValueError("can't specify a timeout for a non-blocking call"),
        );
        expect(() => lock.acquire(true, -2)).toThrow(
          new ValueError('timeout value must be a non-negative number'),
        );
        expect(() => lock.acquire(true, 1e10)).toThrow(
          new OverflowError('timeout value is too large'),
        );
        // @ts-expect-error: not a number
        expect(() => lock.acquire(true, '1')).toThrow(TypeError);
        // @ts-expect-error: unknown option
        expect(() => lock.acquire({ timout: 1 })).toThrow(/unknown option 'timout'/);
        expect(lock.locked()).toBe(false);
      });

    test('the longest time-out is accepted', () => {
      expect(makeLock().acquire(true, 9223372036)).toBe(true);
    });

    test(`another ${party} may release it`, () => {
      const lock = makeLock();
      lock.acquire();
      const other = makeParty({ target: (held: Lock) => held.release(), args: [lock] });
      other.start();
      expect(lock.acquire({ timeout: 10 })).toBe(true);
      other.join();
    });

    test(`only one of many ${parties} holds it at a time`, () => {
      const lock = makeLock();
      const memory = new SharedMemory({ create: true, size: 8 });
      const count = (held: Lock, shared: SharedMemory) => {
        const words = new Int32Array(shared.buf.buffer, 0, 2);
        for (let i = 0; i < 5000; i++) {
          held.acquire();
          // Two words that differ while somebody is inside.
          if (words[0] !== words[1]) throw new Error('two are inside');
          words[0] = (words[0] as number) + 1;
          words[1] = (words[1] as number) + 1;
          held.release();
        }
      };
      const others = [1, 2, 3, 4].map(() => makeParty({ target: count, args: [lock, memory] }));
      for (const one of others) one.start();
      for (const one of others) one.join();
      expect([...new Int32Array(memory.buf.buffer, 0, 2)]).toEqual([20000, 20000]);
      expect(lock.locked()).toBe(false);
    });

    test('acquireAsync takes a free lock', async () => {
      const lock = makeLock();
      expect(await lock.acquireAsync()).toBe(true);
      expect(lock.locked()).toBe(true);
    });

    test('acquireAsync waits without blocking, in the order of the calls', async () => {
      const lock = makeLock();
      lock.acquire();
      const order: number[] = [];
      const waits = [1, 2, 3].map((n) =>
        lock.acquireAsync().then(() => {
          order.push(n);
          lock.release();
        }),
      );
      await new Promise((resolve) => setImmediate(resolve));
      expect(order).toEqual([]);
      lock.release();
      await Promise.all(waits);
      expect(order).toEqual([1, 2, 3]);
      expect(lock.locked()).toBe(false);
    });

    test('acquireAsync resolves with false after its time-out and leaves nothing behind', async () => {
      const lock = makeLock();
      lock.acquire();
      expect(await lock.acquireAsync({ timeout: 0.02 })).toBe(false);
      expect(await lock.acquireAsync({ timeout: 0 })).toBe(false);
      lock.release();
      expect(lock.acquire(false)).toBe(true);
    });

    test('acquireAsync is given up by an AbortSignal', async () => {
      const lock = makeLock();
      lock.acquire();
      const controller = new AbortController();
      const waiting = lock.acquireAsync({ signal: controller.signal });
      controller.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow('enough');
      await expect(lock.acquireAsync({ signal: controller.signal })).rejects.toThrow('enough');
      lock.release();
      expect(lock.locked()).toBe(false);
    });

    test(`a ${party} in acquire and a promise in acquireAsync both get it in the end`, async () => {
      const lock = makeLock();
      lock.acquire();
      const other = makeParty({
        target: (shared: Lock) => {
          shared.acquire();
          shared.release();
        },
        args: [lock],
      });
      other.start();
      const waiting = lock.acquireAsync().then(() => lock.release());
      lock.release();
      await Promise.all([waiting, other.joinAsync()]);
      expect(lock.locked()).toBe(false);
    });

    test('10,000 promises wait at once', async () => {
      const lock = makeLock();
      lock.acquire();
      let count = 0;
      const waits = Array.from({ length: 10_000 }, async () => {
        await lock.acquireAsync();
        count++;
        lock.release();
      });
      lock.release();
      await Promise.all(waits);
      expect(count).toBe(10_000);
    });

    test('hold releases at the end of the block, also by an error', () => {
      const lock = makeLock();
      const fail = () => {
        using _held = lock.hold();
        expect(lock.locked()).toBe(true);
        throw new Error('inside');
      };
      expect(fail).toThrow('inside');
      expect(lock.locked()).toBe(false);
    });

    test('holdAsync and with do the same', async () => {
      const lock = makeLock();
      {
        await using _held = await lock.holdAsync();
        expect(lock.locked()).toBe(true);
      }
      expect(lock.locked()).toBe(false);
      expect(lock.with(() => lock.locked())).toBe(true);
      expect(() =>
        lock.with(() => {
          throw new Error('inside');
        }),
      ).toThrow('inside');
      expect(lock.locked()).toBe(false);
    });

    test('a lock whose holder was killed is abandoned until somebody recovers it', async () => {
      const lock = makeLock();
      const other = makeParty({
        target: (held: Lock) => {
          held.acquire();
          process.exit();
        },
        args: [lock],
      });
      other.start();
      other.join();
      expect(() => lock.acquire()).toThrow(LockAbandonedError);
      await expect(lock.acquireAsync()).rejects.toThrow(LockAbandonedError);
      expect(() => lock.release()).toThrow(LockAbandonedError);
      expect(lock.recover()).toBe(true);
      expect(lock.recover()).toBe(false);
      expect(lock.acquire(false)).toBe(true);
    });

    test.runIf(hasLoop)('who waits while the holder is killed learns of it', async () => {
      const [lock, held] = [makeLock(), makeEvent()];
      const dieHolding = async (taken: Lock, event: Event) => {
        taken.acquire();
        event.set();
        await new Promise((resolve) => setTimeout(resolve, 30));
        process.exit();
      };
      const other = makeParty({ target: dieHolding, args: [lock, held] });
      other.start();
      held.wait();
      const waiting = expect(lock.acquireAsync()).rejects.toThrow(LockAbandonedError);
      await other.joinAsync();
      await waiting;
      lock.recover();

      held.clear();
      const again = makeParty({ target: dieHolding, args: [lock, held] });
      again.start();
      held.wait();
      expect(() => lock.acquire()).toThrow(LockAbandonedError);
      again.join();
    });
  });
}

/** Of locks of `multiprocessing`: what the arguments of acquire say. */
export function readsBlockAsMultiprocessing(make: () => Lock | RLock): void {
  test('its time-out is ignored where it does not block, and less than 0 is 0', () => {
    const lock = make();
    expect(lock.acquire(false, 5)).toBe(true);
    using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const tries = (held: Lock | RLock) => [
      held.acquire(false, 5),
      held.acquire(true, -1),
      held.acquire({ block: false } as object),
      held.acquire({ blocking: false, timeout: -3 }),
    ];
    expect(pool.submit(tries, lock).result()).toEqual([false, false, false, false]);
    // @ts-expect-error: not a number
    expect(() => lock.acquire(true, '1')).toThrow(TypeError);
    // @ts-expect-error: unknown option
    expect(() => lock.acquire({ timout: 1 })).toThrow(/unknown option 'timout'/);
    lock.release();
  });
}
