import { ValueError } from 'heddle/errors';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import type { Semaphore } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import type { Kind } from './kinds.js';

/** What every kind of semaphore does. */
export function semaphoreContract({ name, makeSemaphore: make, makeParty, parties }: Kind): void {
  describe(`Semaphore (${name})`, () => {
    test('begins with 1 and gives as many as it has', () => {
      const one = make();
      expect([one.acquire(), one.acquire(false)]).toEqual([true, false]);
      const two = make(2);
      expect([two.acquire(false), two.acquire(false), two.acquire(false)]).toEqual([
        true,
        true,
        false,
      ]);
    });

    test('may begin with 0, not below', () => {
      expect(make(0).acquire(false)).toBe(false);
      expect(() => make(-1)).toThrow(new ValueError('semaphore initial value must be >= 0'));
    });

    test('release adds, also beyond the beginning, and by more than one', () => {
      const semaphore = make(0);
      semaphore.release();
      semaphore.release(2);
      for (let i = 0; i < 3; i++) expect(semaphore.acquire(false)).toBe(true);
      expect(semaphore.acquire(false)).toBe(false);
    });

    test('bad arguments are errors and change nothing', () => {
      const semaphore = make(1);
      expect(() => semaphore.release(0)).toThrow(new ValueError('n must be one or more'));
      expect(() => semaphore.release(2 ** 31)).toThrow(ValueError);
      expect(() => semaphore.acquire(false, 1)).toThrow(
        new ValueError("can't specify timeout for non-blocking acquire"),
      );
      expect(semaphore.acquire(false)).toBe(true);
      expect(semaphore.acquire(false)).toBe(false);
    });

    test('acquire returns false after its time-out', async () => {
      const semaphore = make(0);
      expect(semaphore.acquire({ timeout: 0.02 })).toBe(false);
      expect(semaphore.acquire(true, 0)).toBe(false);
      expect(await semaphore.acquireAsync({ timeout: 0.02 })).toBe(false);
    });

    test(`every release wakes one of the sleeping ${parties}`, () => {
      const [gate, done] = [make(0), make(0)];
      const pass = (from: Semaphore, to: Semaphore) => {
        from.acquire();
        to.release();
      };
      const others = [1, 2, 3].map(() => makeParty({ target: pass, args: [gate, done] }));
      for (const one of others) one.start();
      for (let i = 0; i < 3; i++) gate.release();
      for (let i = 0; i < 3; i++) expect(done.acquire({ timeout: 10 })).toBe(true);
      for (const one of others) one.join();
    });

    test('release(n) wakes n', async () => {
      const semaphore = make(0);
      const waits = Array.from({ length: 5 }, () => semaphore.acquireAsync());
      semaphore.release(5);
      expect(await Promise.all(waits)).toEqual([true, true, true, true, true]);
    });

    test(`no more ${parties} than its value are inside at a time`, () => {
      const semaphore = make(2);
      const memory = new SharedMemory({ create: true, size: 8 });
      const enter = (limit: Semaphore, shared: SharedMemory) => {
        const inside = new Int32Array(shared.buf.buffer, 0, 2);
        for (let i = 0; i < 1000; i++) {
          limit.acquire();
          const count = Atomics.add(inside, 0, 1) + 1;
          if (count > 2) Atomics.add(inside, 1, 1);
          Atomics.sub(inside, 0, 1);
          limit.release();
        }
      };
      const others = [1, 2, 3, 4].map(() =>
        makeParty({ target: enter, args: [semaphore, memory] }),
      );
      for (const one of others) one.start();
      for (const one of others) one.join();
      expect([...new Int32Array(memory.buf.buffer, 0, 2)]).toEqual([0, 0]);
    });

    test('hold and with release at the end, also by an error', () => {
      const semaphore = make(1);
      {
        using _held = semaphore.hold();
        expect(semaphore.acquire(false)).toBe(false);
      }
      expect(() =>
        semaphore.with(() => {
          throw new Error('inside');
        }),
      ).toThrow('inside');
      expect(semaphore.acquire(false)).toBe(true);
    });
  });
}
