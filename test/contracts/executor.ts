import { BrokenExecutor, CancelledError, type Executor } from 'heddle/concurrent/futures';
import { RuntimeError, TimeoutError, ValueError } from 'heddle/errors';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import type { Event, Lock } from 'heddle/threading';
import { afterAll, describe, expect, test } from 'vitest';
import { failWithFields } from '../fixtures/tasks.js';

interface Options {
  maxWorkers?: number;
  // biome-ignore lint/suspicious/noExplicitAny: any function can initialize
  initializer?: (...args: any[]) => unknown;
  initargs?: readonly unknown[];
}

/** A kind of executor, and primitives that its workers can be given. */
export interface ExecutorKind {
  name: string;
  make(options?: Options): Executor;
  makeLock(): Lock;
  makeEvent(): Event;
}

/** What every kind of executor does. */
export function executorContract({ name, make, makeLock, makeEvent }: ExecutorKind): void {
  describe(name, () => {
    const shared = make({ maxWorkers: 2 });
    afterAll(() => shared.shutdown());

    test('gives the result of a call, blocking and awaited', async () => {
      const add = (a: number, b: number) => a + b;
      expect(shared.submit(add, 20, 22).result()).toBe(42);
      expect(await shared.submit(add, 20, 22)).toBe(42);
      expect(await shared.submit(() => 'no arguments')).toBe('no arguments');
      expect(await shared.submit((x: number[]) => x.length, [1, 2, 3])).toBe(3);
    });

    test('gives many results in whatever order they are asked for', async () => {
      const futures = Array.from({ length: 500 }, (_, i) => shared.submit((x: number) => x * x, i));
      for (const [i, future] of [...futures.entries()].reverse()) {
        expect(future.result()).toBe(i * i);
      }
    });

    test('awaits async functions, one task after another', async () => {
      const wait = async (ms: number) => {
        await new Promise((resolve) => setTimeout(resolve, ms));
        return ms;
      };
      const results = await Promise.all([5, 1, 3].map((ms) => shared.submit(wait, ms)));
      expect(results).toEqual([5, 1, 3]);
      expect(shared.submit(wait, 2).result()).toBe(2);
    });

    test('throws what the call threw, with the stack of there in its cause', async () => {
      const fail = () => {
        throw new RangeError('out of yarn');
      };
      const future = shared.submit(fail);
      expect(() => future.result()).toThrow(new RangeError('out of yarn'));
      const error = future.exception() as RangeError;
      expect(error).toBeInstanceOf(RangeError);
      expect((error.cause as Error).stack).toMatch(/RangeError: out of yarn\n {4}at fail/);
      const reject = async () => {
        throw new TypeError('later');
      };
      await expect(shared.submit(reject)).rejects.toThrow(new TypeError('later'));
    });

    test('keeps own fields, class and cause of errors, and what is no error', async () => {
      const error = (await shared.submit(failWithFields).exceptionAsync()) as Error;
      expect(error).toMatchObject({ name: 'FileNotFoundError', code: 'ENOENT', extra: [1, 2] });
      const odd = () => {
        throw 'a string';
      };
      expect(shared.submit(odd).exception()).toBe('a string');
    });

    test('a task that cannot be sent fails at submit, and the executor goes on', () => {
      const outside = { map: new WeakMap() };
      expect(() => shared.submit(() => outside.map)).toThrow(/outside\.map/);
      expect(() => shared.submit((x: unknown) => x, { deep: [Symbol('s')] })).toThrow(/deep\[0\]/);
      expect(() => shared.submit((x: unknown) => x, Symbol('s'))).toThrow(/unique symbol/);
      // @ts-expect-error: not a function
      expect(() => shared.submit(5)).toThrow(/fn must be a function/);
      expect(shared.submit(() => 1).result()).toBe(1);
    });

    test('a result that cannot be sent fails that future alone', () => {
      const bad = shared.submit(() => Symbol('s'));
      const good = shared.submit(() => 2);
      expect(() => bad.result()).toThrow(/unique symbol/);
      expect(good.result()).toBe(2);
    });

    test('an error that cannot be sent arrives with its text', () => {
      const fail = () => {
        throw Object.assign(new Error('with luggage'), { luggage: Symbol('s') });
      };
      expect(() => shared.submit(fail).result()).toThrow(/with luggage/);
    });

    test('result and resultAsync throw TimeoutError', async () => {
      const gate = makeEvent();
      const future = shared.submit((event: Event) => event.wait(), gate);
      expect(() => future.result(0.01)).toThrow(TimeoutError);
      expect(() => future.exception(0)).toThrow(TimeoutError);
      await expect(future.resultAsync({ timeout: 0.01 })).rejects.toThrow(TimeoutError);
      gate.set();
      expect(await future).toBe(true);
    });

    test('cancels what has not begun, and only that', () => {
      const pool = make({ maxWorkers: 1 });
      const [gate, begun] = [makeEvent(), makeEvent()];
      const running = pool.submit(
        (start: Event, end: Event) => {
          start.set();
          return end.wait();
        },
        begun,
        gate,
      );
      const waiting = pool.submit(() => 'never');
      begun.wait();
      expect([running.running(), waiting.running()]).toEqual([true, false]);
      expect([running.cancel(), waiting.cancel()]).toEqual([false, true]);
      expect(waiting.cancelled()).toBe(true);
      expect(() => waiting.result()).toThrow(CancelledError);
      gate.set();
      expect(running.result()).toBe(true);
      pool.shutdown();
    });

    test('shares locks and memory with its tasks', () => {
      const memory = new SharedMemory({ create: true, size: 4 });
      const lock = makeLock();
      const add = (guard: Lock, shm: SharedMemory, n: number) => {
        const total = new Int32Array(shm.buf.buffer, 0, 1);
        for (let i = 0; i < n; i++) {
          guard.with(() => {
            total[0] = (total[0] as number) + 1;
          });
        }
        shm.close();
      };
      const futures = [1, 2, 3, 4].map(() => shared.submit(add, lock, memory, 500));
      for (const future of futures) future.result();
      expect(new Int32Array(memory.buf.buffer, 0, 1)[0]).toBe(2000);
    });

    test('map gives results in order, whatever the chunk size', async () => {
      const items = Array.from({ length: 103 }, (_, i) => i);
      const expected = items.map((i) => i * 2);
      for (const chunksize of [1, 2, 50, 103, 1000]) {
        const double = (x: number) => x * 2;
        expect([...shared.map(double, items, { chunksize })]).toEqual(expected);
        const awaited: number[] = [];
        for await (const x of shared.map(double, new Set(items), { chunksize })) awaited.push(x);
        expect(awaited).toEqual(expected);
      }
    });

    test('map takes several iterables, as long as all have an item', () => {
      const pow = (a: number, b: number) => a ** b;
      expect([...shared.map(pow, [2, 3, 4], [5, 2])]).toEqual([32, 9]);
      expect([...shared.map(pow, [2, 3, 4], [5, 2, 1], { chunksize: 2 })]).toEqual([32, 9, 4]);
      expect([...shared.map(pow, [], [1])]).toEqual([]);
    });

    test('map throws an error in its place, after the results before it', async () => {
      const check = (x: number) => {
        if (x === 5) throw new RangeError('five');
        return x;
      };
      for (const chunksize of [1, 3, 100]) {
        const results = shared.map(check, [1, 2, 3, 4, 5, 6, 7], { chunksize });
        const seen: number[] = [];
        expect(() => {
          for (const x of results) seen.push(x);
        }).toThrow(new RangeError('five'));
        expect(seen).toEqual([1, 2, 3, 4]);
        expect(results.next().done).toBe(true);
        const again: number[] = [];
        await expect(async () => {
          for await (const x of shared.map(check, [1, 5], { chunksize })) again.push(x);
        }).rejects.toThrow('five');
        expect(again).toEqual([1]);
      }
    });

    test('map of async functions with chunks', async () => {
      const later = async (x: number) => {
        if (x === 3) throw new Error('three');
        return x;
      };
      expect([...shared.map(later, [1, 2], { chunksize: 2 })]).toEqual([1, 2]);
      const results = shared.map(later, [1, 2, 3], { chunksize: 3 });
      expect([results.next().value, results.next().value]).toEqual([1, 2]);
      expect(() => results.next()).toThrow('three');
    });

    test('map cancels what has not begun when the iteration is ended', () => {
      const pool = make({ maxWorkers: 1 });
      const memory = new SharedMemory({ create: true, size: 4 });
      const gate = makeEvent();
      const count = (i: number, open: Event, shm: SharedMemory) => {
        if (i > 0) open.wait();
        Atomics.add(new Int32Array(shm.buf.buffer, 0, 1), 0, 1);
        shm.close();
      };
      const items = Array.from({ length: 100 }, (_, i) => i);
      const same = <T>(item: T) => items.map(() => item);
      for (const _ of pool.map(count, items, same(gate), same(memory))) break;
      gate.set();
      pool.shutdown();
      // The first, and the one that was waiting at the gate.
      expect(new Int32Array(memory.buf.buffer, 0, 1)[0]).toBeLessThanOrEqual(2);
    });

    test('map has one time-out, from the call on', () => {
      const gate = makeEvent();
      const results = shared.map((event: Event) => event.wait(), [gate, gate], { timeout: 0.03 });
      expect(() => results.next()).toThrow(TimeoutError);
      gate.set();
    });

    test('map checks its arguments', () => {
      const id = (x: unknown) => x;
      expect(() => shared.map(id, [1], { chunksize: 0 })).toThrow(
        new ValueError('chunksize must be >= 1.'),
      );
      expect(() => shared.map(id, 5 as never)).toThrow(TypeError);
      // @ts-expect-error: unknown option
      expect(() => shared.map(id, [1], { chunkSize: 5 })).toThrow(/unknown option 'chunkSize'/);
    });

    test('shutdown waits for what was submitted, and takes nothing more', () => {
      const pool = make({ maxWorkers: 2 });
      const futures = Array.from({ length: 100 }, (_, i) => pool.submit((x: number) => x, i));
      pool.shutdown();
      expect(futures.every((future) => future.done())).toBe(true);
      expect(() => pool.submit(() => 1)).toThrow(
        new RuntimeError('cannot schedule new futures after shutdown'),
      );
      expect(() => pool.map((x: number) => x, [1])).toThrow(RuntimeError);
      pool.shutdown();
    });

    test('shutdown without waiting lets the tasks finish', async () => {
      const pool = make({ maxWorkers: 1 });
      const futures = [1, 2, 3].map((i) => pool.submit((x: number) => x, i));
      pool.shutdown({ wait: false });
      expect(await Promise.all(futures)).toEqual([1, 2, 3]);
      await pool.shutdownAsync();
    });

    test('shutdown with cancelFutures cancels what has not begun', async () => {
      const pool = make({ maxWorkers: 1 });
      const [gate, begun] = [makeEvent(), makeEvent()];
      const running = pool.submit(
        (start: Event, end: Event) => {
          start.set();
          return end.wait();
        },
        begun,
        gate,
      );
      const waiting = [1, 2, 3].map((i) => pool.submit((x: number) => x, i));
      begun.wait();
      pool.shutdown({ wait: false, cancelFutures: true });
      expect(waiting.every((future) => future.cancelled())).toBe(true);
      gate.set();
      expect(await running).toBe(true);
      await pool.shutdownAsync();
    });

    test('is disposable', async () => {
      {
        await using pool = make({ maxWorkers: 1 });
        expect(await pool.submit(() => 1)).toBe(1);
      }
      let kept: Executor;
      {
        using pool = make({ maxWorkers: 1 });
        pool.submit(() => 1);
        kept = pool;
      }
      expect(() => kept.submit(() => 1)).toThrow(RuntimeError);
    });

    test('an initializer runs once in each worker', async () => {
      const pool = make({
        maxWorkers: 2,
        initializer: (base: number) => {
          (globalThis as { base?: number }).base = base;
        },
        initargs: [40],
      });
      const add = (x: number) => ((globalThis as { base?: number }).base ?? 0) + x;
      expect([...pool.map(add, [1, 2, 3])]).toEqual([41, 42, 43]);
      await pool.shutdownAsync();
      expect(() => make({ initializer: 5 as never })).toThrow(TypeError);
    });

    test('a failing initializer breaks the executor', async () => {
      const pool = make({
        maxWorkers: 1,
        initializer: () => {
          throw new Error('cannot begin');
        },
      });
      const futures = [pool.submit(() => 1), pool.submit(() => 2)];
      expect(() => futures[0]?.result()).toThrow(BrokenExecutor);
      await expect(futures[1]).rejects.toThrow(/initializer failed/);
      expect(() => pool.submit(() => 3)).toThrow(BrokenExecutor);
      pool.shutdown();
    });

    test('a worker that dies breaks the executor, and nothing hangs', async () => {
      const pool = make({ maxWorkers: 2 });
      const dying = pool.submit(() => process.exit(1));
      const others = Array.from({ length: 50 }, () => pool.submit(() => 1));
      expect(() => dying.result()).toThrow(BrokenExecutor);
      const settled = await Promise.allSettled(others);
      for (const one of settled) {
        if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(BrokenExecutor);
      }
      expect(() => pool.submit(() => 1)).toThrow(BrokenExecutor);
      pool.shutdown();
    });

    test('maxWorkers must be at least 1', () => {
      expect(() => make({ maxWorkers: 0 })).toThrow(
        new ValueError('maxWorkers must be greater than 0'),
      );
      expect(() => make({ maxWorkers: 1.5 })).toThrow(TypeError);
    });
  });
}
