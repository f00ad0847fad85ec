import { ValueError } from 'heddle/errors';
import { Full, type Queue, ShutDown } from 'heddle/queue';
import { describe, expect, test } from 'vitest';
import {
  ascending,
  caught,
  drain,
  type QueueKind,
  range,
  start,
  startBlocked,
  tellGet,
  tellJoin,
  tellPut,
} from './kinds.js';

const NEGATIVE = new ValueError("'timeout' must be a non-negative number");

/** What the queues of `heddle/queue` have beside the others: their end, and a limit that changes. */
export function shutdownContract(kind: QueueKind<Queue<number>>): void {
  const { make, sorted } = kind;
  describe(`${kind.name}: shutdown and maxsize`, () => {
    test('72: a negative time-out is a ValueError, unless it does not wait', async () => {
      const queue = make(1);
      const negative = [ValueError, NEGATIVE.message];
      expect(await caught(() => queue.put(1, true, -1))).toEqual(negative);
      expect(await caught(() => queue.putAsync(1, { timeout: -1 }))).toEqual(negative);
      queue.put(1, false, -1);
      expect(await caught(() => queue.get(true, -1))).toEqual(negative);
      expect(await caught(() => queue.get({ timeout: -0.5 }))).toEqual(negative);
      expect(await caught(() => queue.getAsync({ timeout: -1 }))).toEqual(negative);
      expect(queue.get(false, -1)).toBe(1);
      // As CPython: it looks at the time-out only where there is a limit.
      const unlimited = make();
      unlimited.put(1, true, -1);
      queue.shutdown();
      expect(await caught(() => queue.put(1, true, -1))).toEqual([ShutDown, '']);
      expect(await caught(() => queue.get(true, -1))).toEqual([ShutDown, '']);
    });

    test('arguments of a wrong type are TypeErrors that name them', () => {
      const queue = make(1);
      expect(() => queue.shutdown('now' as never)).toThrow(/^immediate must/);
      expect(() => queue.shutdown({ now: true } as never)).toThrow(/'now'/);
      expect(() => {
        queue.maxsize = Number.NaN;
      }).toThrow(/^maxsize must/);
      expect([queue.isShutdown, queue.maxsize]).toEqual([false, 1]);
    });

    test('tells its maxsize, also where it has travelled', async () => {
      for (const maxsize of [0, -1, 5, undefined]) expect(make(maxsize).maxsize).toBe(maxsize ?? 0);
      const report = kind.makeReport();
      const tell = (queue: Queue<number>, to: typeof report) =>
        to.put([queue.maxsize, queue.isShutdown]);
      start(kind, tell, make(5), report).join();
      expect(report.get()).toEqual([5, false]);
    });

    test('76: maxsize can be lowered, and raised', async () => {
      const queue = make(3);
      for (const i of range(3)) queue.put(i);
      queue.maxsize = 2;
      expect([queue.maxsize, queue.full()]).toEqual([2, true]);
      queue.get();
      expect(queue.full()).toBe(true);
      expect(() => queue.putNowait(5)).toThrow(Full);
      queue.get();
      expect(queue.full()).toBe(false);
      queue.putNowait(5);
      const report = kind.makeReport();
      await startBlocked(kind, tellPut, report, queue, 6);
      const promise = queue.putAsync(7);
      queue.maxsize = 0;
      await promise;
      expect(report.get()).toEqual(['put', 6]);
      expect(queue.qsize()).toBe(4);
    });

    test('77: after shutdown nothing is put, and what is left is got', async () => {
      const queue = make(3);
      queue.put(1);
      queue.put(2);
      expect(queue.isShutdown).toBe(false);
      queue.shutdown();
      expect(queue.isShutdown).toBe(true);
      for (const put of [
        () => queue.put(3),
        () => queue.putNowait(3),
        () => queue.put(3, true, 5),
        () => queue.putAsync(3),
      ]) {
        expect(await caught(put)).toEqual([ShutDown, '']);
      }
      expect([queue.get(), await queue.getAsync()]).toEqual(sorted([1, 2]));
      for (const get of [
        () => queue.get(),
        () => queue.getNowait(),
        () => queue.get(true, 5),
        () => queue.getAsync(),
      ]) {
        expect(await caught(get)).toEqual([ShutDown, '']);
      }
    });

    test('77: a full queue that was shut down is ShutDown, not Full', () => {
      const queue = make(1);
      queue.put(1);
      queue.shutdown();
      expect(() => queue.putNowait(2)).toThrow(ShutDown);
    });

    test('78: shutdown(immediate) drops what is left, and each counts as done', async () => {
      for (const immediate of [true, { immediate: true }]) {
        const queue = make();
        for (const i of range(5)) queue.put(i);
        const joined = queue.joinAsync();
        queue.shutdown(immediate as true);
        expect([queue.qsize(), queue.isShutdown]).toEqual([0, true]);
        expect(() => queue.get()).toThrow(ShutDown);
        expect(() => queue.getNowait()).toThrow(ShutDown);
        queue.join();
        await joined;
        expect(() => queue.taskDone()).toThrow(ValueError);
      }
    });

    test.each([false, true])(
      '79, 83: who is blocked in put or get is woken with ShutDown (immediate: %s)',
      async (immediate) => {
        const report = kind.makeReport();
        const [empty, full] = [make(), make(1)];
        full.put(1);
        const threads = [
          await startBlocked(kind, tellGet, report, empty),
          await startBlocked(kind, tellGet, report, empty),
          await startBlocked(kind, tellPut, report, full, 2),
          await startBlocked(kind, tellPut, report, full, 3),
        ];
        const promises = [empty.getAsync(), empty.getAsync(), full.putAsync(4), full.putAsync(5)];
        const settled = Promise.allSettled(promises);
        empty.shutdown(immediate);
        full.shutdown(immediate);
        for (const thread of threads) thread.join();
        for (const _ of threads) expect(report.get()).toEqual(['ShutDown', '']);
        for (const one of await settled) {
          expect(one).toEqual({ status: 'rejected', reason: expect.any(ShutDown) });
        }
        expect(drain(full)).toEqual(immediate ? [] : [1]);
      },
    );

    test('80: join waits after shutdown(immediate) for what was got and is not done', async () => {
      const [queue, report] = [make(), kind.makeReport()];
      queue.put(1);
      queue.put(2);
      queue.get();
      await startBlocked(kind, tellJoin, report, queue);
      const promise = queue.joinAsync();
      queue.shutdown(true);
      expect(await Promise.race([promise, 'still waiting'])).toBe('still waiting');
      expect(report.empty()).toBe(true);
      queue.taskDone();
      await promise;
      expect(report.get()).toEqual(['joined', 0]);
    });

    test('81: shutdown may be called again; immediate takes what plain has left', () => {
      const queue = make();
      queue.put(1);
      queue.shutdown();
      queue.shutdown();
      expect(queue.qsize()).toBe(1);
      queue.shutdown(true);
      expect(queue.qsize()).toBe(0);
      queue.shutdown();
      expect([queue.qsize(), queue.isShutdown]).toEqual([0, true]);
      expect(() => queue.get()).toThrow(ShutDown);
      expect(() => queue.taskDone()).toThrow(new ValueError('task_done() called too many times'));
    });

    test('82: a join that is pending at a plain shutdown waits for the tasks', async () => {
      const [queue, report] = [make(), kind.makeReport()];
      queue.put(1);
      await startBlocked(kind, tellJoin, report, queue);
      queue.shutdown();
      queue.get();
      expect(report.empty()).toBe(true);
      queue.taskDone();
      expect(report.get()).toEqual(['joined', 0]);
    });

    test.each([false, true])(
      '84: under fire, every item is got at most once and all threads end (immediate: %s)',
      (immediate) => {
        const queue = make(10);
        const out = kind.makeReport<[string, number[]]>();
        const gate = kind.makeReport<number>();
        const produce = (to: Queue<number>, report: typeof out, first: number) => {
          const items: number[] = [];
          try {
            for (let i = first; ; i++) {
              to.put(i);
              items.push(i);
            }
          } catch (error) {
            report.put([`put until ${(error as Error).name}`, items]);
          }
        };
        const consume = (from: Queue<number>, report: typeof out, told: typeof gate) => {
          const items: number[] = [];
          try {
            for (;;) {
              items.push(from.get());
              from.taskDone();
              if (items.length === 200) told.put(1);
            }
          } catch (error) {
            report.put([`got until ${(error as Error).name}`, items]);
          }
        };
        const threads = [
          ...[0, 1_000_000, 2_000_000].map((first) => start(kind, produce, queue, out, first)),
          ...[1, 2].map(() => start(kind, consume, queue, out, gate)),
        ];
        gate.get();
        queue.shutdown(immediate);
        for (const thread of threads) thread.join();
        queue.join();
        const reports = range(5).map(() => out.get());
        const items = (what: string) =>
          ascending(reports.filter(([text]) => text === what).flatMap(([, list]) => list));
        const [put, got] = [items('put until ShutDown'), items('got until ShutDown')];
        expect(reports.filter(([text]) => /until ShutDown/.test(text))).toHaveLength(5);
        expect(new Set(got).size).toBe(got.length);
        if (immediate) expect(new Set(put).size).toBe(new Set([...put, ...got]).size);
        else expect(got).toEqual(put);
        expect(() => queue.taskDone()).toThrow(ValueError);
      },
    );
  });
}
