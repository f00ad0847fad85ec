import { ValueError } from 'heddle/errors';
import { PicklingError } from 'heddle/pickle';
import { describe, expect, test } from 'vitest';
import type { Party } from '../kinds.js';
import {
  ascending,
  type QueueKind,
  type Report,
  range,
  start,
  startBlocked,
  type TaskQueue,
  tellJoin,
} from './kinds.js';

/** What a queue that counts its tasks does. */
export function tasksContract(kind: QueueKind<TaskQueue>): void {
  const { make } = kind;
  describe(`${kind.name}: tasks`, () => {
    test('73: taskDone more often than put is a ValueError', () => {
      const queue = make();
      const tooMany = new ValueError('task_done() called too many times');
      expect(() => queue.taskDone()).toThrow(tooMany);
      queue.put(1);
      queue.taskDone();
      expect(() => queue.taskDone()).toThrow(tooMany);
    });

    test('73: join returns at once where nothing is unfinished', async () => {
      const queue = make();
      queue.join();
      await queue.joinAsync();
      queue.put(1);
      queue.get();
      queue.taskDone();
      queue.join();
      await queue.joinAsync();
    });

    test('74: join waits for all tasks of several producers and consumers, again and again', async () => {
      const queue = make(3);
      const done = kind.makeReport<number>();
      const consume = (from: TaskQueue, to: Report<number>) => {
        for (;;) {
          const item = from.get();
          if (item >= 0) to.put(item);
          from.taskDone();
          if (item < 0) return;
        }
      };
      const consumers = [1, 2].map(() => start(kind, consume, queue, done));
      for (const round of range(3)) {
        const produce = (to: TaskQueue, first: number) => {
          for (let i = 0; i < 50; i++) to.put(first + i);
        };
        const producers = [0, 50].map((first) => start(kind, produce, queue, first));
        for (const producer of producers) producer.join();
        if (round === 1) await queue.joinAsync();
        else queue.join();
        expect(ascending(range(100).map(() => done.get()))).toEqual(range(100));
        expect(done.empty()).toBe(true);
      }
      for (const _ of consumers) queue.put(-1);
      queue.join();
      for (const consumer of consumers) consumer.join();
    });

    test('74: the last task of all wakes all who are in join', async () => {
      const [queue, report] = [make(), kind.makeReport()];
      queue.put(1);
      queue.put(2);
      const parties: Party[] = [];
      for (const _ of range(3)) parties.push(await startBlocked(kind, tellJoin, report, queue));
      const promises = [1, 2, 3].map(() => queue.joinAsync());
      queue.taskDone();
      expect(report.empty()).toBe(true);
      queue.taskDone();
      for (const party of parties) party.join();
      await Promise.all(promises);
      for (const _ of parties) expect(report.get()).toEqual(['joined', 0]);
    });

    test('75: an item that cannot travel is no task', () => {
      const queue = make() as TaskQueue<unknown>;
      queue.put(1);
      expect(() => queue.put(new WeakMap())).toThrow(PicklingError);
      queue.taskDone();
      expect(() => queue.taskDone()).toThrow(ValueError);
      queue.join();
    });

    test('joinAsync is given up by a signal', async () => {
      const queue = make();
      queue.put(1);
      const join = queue.joinAsync({ signal: AbortSignal.timeout(1) });
      await expect(join).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }));
      await expect(queue.joinAsync({ timeout: 1 } as never)).rejects.toThrow(/timeout/);
    });
  });
}
