import { describe, expect, test } from 'vitest';
import {
  ascending,
  drain,
  type LimitedQueue,
  type QueueKind,
  type Report,
  range,
  start,
  startBlocked,
  tellGet,
  tellPut,
} from './kinds.js';

/** What a queue is to several threads, or processes. */
export function partiesContract(kind: QueueKind): void {
  const { make } = kind;
  describe(`${kind.name}: among ${kind.parties}`, () => {
    test('70: put blocks while it is full, until somebody gets', async () => {
      const [queue, report] = [make(1), kind.makeReport()];
      queue.put(1);
      const party = await startBlocked(kind, tellPut, report, queue, 2);
      expect(report.empty()).toBe(true);
      expect(queue.get()).toBe(1);
      expect(report.get()).toEqual(['put', 2]);
      expect(queue.get()).toBe(2);
      party.join();
    });

    test('70: get blocks while it is empty, until somebody puts', async () => {
      const [queue, report] = [make(), kind.makeReport()];
      const party = await startBlocked(kind, tellGet, report, queue);
      expect(report.empty()).toBe(true);
      queue.put(7);
      expect(report.get()).toEqual(['got', 7]);
      party.join();
    });

    test(`many ${kind.parties} that put and get, blocked and not, lose nothing and double nothing`, async () => {
      const queue = make(7);
      const out = kind.makeReport<number[]>();
      const each = 400;
      const produce = (to: LimitedQueue, first: number, count: number) => {
        for (let i = 0; i < count; i++) to.put(first + i);
      };
      const produceAsync = async (to: LimitedQueue, first: number, count: number) => {
        for (let i = 0; i < count; i++) await to.putAsync(first + i);
      };
      const consume = (from: LimitedQueue, to: Report<number[]>, count: number) => {
        const items: number[] = [];
        for (let i = 0; i < count; i++) items.push(from.get());
        to.put(items);
      };
      const consumeAsync = async (from: LimitedQueue, to: typeof out, count: number) => {
        const items: number[] = [];
        for (let i = 0; i < count; i++) items.push(await from.getAsync());
        to.put(items);
      };
      const parties = [
        start(kind, produce, queue, 0, each),
        start(kind, kind.hasLoop ? produceAsync : produce, queue, each, each),
        start(kind, consume, queue, out, each),
        start(kind, kind.hasLoop ? consumeAsync : consume, queue, out, each),
      ];
      // This one does both, too.
      const puts = range(each).map((i) => queue.putAsync(2 * each + i));
      const gets = range(each).map(() => queue.getAsync());
      await Promise.all(puts);
      const own = await Promise.all(gets);
      for (const party of parties) await party.joinAsync();
      const got = [...own, ...out.get(), ...out.get()];
      expect(ascending(got)).toEqual(range(3 * each));
      expect(queue.empty()).toBe(true);
    });

    test('travels by arguments, by captures and in items, and is the same queue', () => {
      const queue = make(5);
      const report = kind.makeReport();
      const items = kind.makeReport<{ deep: LimitedQueue }[]>();
      items.put([{ deep: queue }]);
      const party = kind.makeParty({
        target: (same: LimitedQueue, from: typeof items) => {
          queue.put(1);
          same.put(2);
          const third = from.get()[0]?.deep as LimitedQueue;
          third.put(3);
          report.put([third.constructor.name]);
        },
        args: [queue, items],
      });
      party.start();
      party.join();
      expect(report.get()).toEqual([queue.constructor.name]);
      expect(ascending(drain(queue))).toEqual([1, 2, 3]);
    });
  });
}
