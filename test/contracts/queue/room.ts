import { PicklingError } from 'heddle/pickle';
import { Empty, Full } from 'heddle/queue';
import { describe, expect, test } from 'vitest';
import { caught, drain, type LimitedQueue, type QueueKind, range } from './kinds.js';

/** How much a queue takes, and in what order it gives it. Numbers: those of the conformance list. */
export function roomContract(kind: QueueKind): void {
  const { make, sorted } = kind;
  describe(`${kind.name}: room`, () => {
    test('70: has no limit with a maxsize of 0 or less', () => {
      for (const maxsize of [0, -1, undefined]) {
        const queue = make(maxsize);
        for (const i of range(100)) queue.put(i, false);
        expect([queue.full(), queue.empty(), queue.qsize()]).toEqual([false, false, 100]);
      }
    });

    test('70: tells whether it is full and empty, and its size', () => {
      const queue = make(2);
      const states = () => [queue.full(), queue.empty(), queue.qsize()];
      expect(states()).toEqual([false, true, 0]);
      queue.put(1);
      expect(states()).toEqual([false, false, 1]);
      queue.put(2);
      expect(states()).toEqual([true, false, 2]);
      queue.get();
      expect(states()).toEqual([false, false, 1]);
    });

    test('gives what was put, in its order', () => {
      const queue = make();
      const items = [5, 111, 333, 222, -1, 0.5, 7];
      for (const item of items) queue.put(item);
      expect(drain(queue)).toEqual(sorted(items));
    });

    test('71: without waiting, full is Full and empty is Empty', async () => {
      const queue = make(1);
      expect(await caught(() => queue.getNowait())).toEqual([Empty, '']);
      expect(await caught(() => queue.get(false))).toEqual([Empty, '']);
      expect(await caught(() => queue.get({ block: false }))).toEqual([Empty, '']);
      queue.putNowait(1);
      expect(await caught(() => queue.putNowait(2))).toEqual([Full, '']);
      expect(await caught(() => queue.put(2, false))).toEqual([Full, '']);
      expect(await caught(() => queue.put(2, { block: false }))).toEqual([Full, '']);
      expect(drain(queue)).toEqual([1]);
    });

    test('71: with a time-out, the same after it', async () => {
      const queue = make(1);
      const calls = [
        [Empty, () => queue.get(true, 0.02)],
        [Empty, () => queue.get({ timeout: 0.02 })],
        [Empty, () => queue.getAsync({ timeout: 0.02 })],
        [Full, () => queue.put(2, true, 0.02)],
        [Full, () => queue.put(2, { timeout: 0.02 })],
        [Full, () => queue.putAsync(2, { timeout: 0.02 })],
      ] as const;
      for (const [type, call] of calls) {
        if (type === Full && queue.empty()) queue.put(1);
        const began = performance.now();
        expect(await caught(call)).toEqual([type, '']);
        // Timers of Node's may come a fraction of a millisecond early.
        expect(performance.now() - began).toBeGreaterThanOrEqual(19);
      }
      for (const call of [() => queue.put(2, true, 0), () => queue.putAsync(2, { timeout: 0 })]) {
        expect(await caught(call)).toEqual([Full, '']);
      }
      queue.get();
      for (const call of [() => queue.get(true, 0), () => queue.getAsync({ timeout: 0 })]) {
        expect(await caught(call)).toEqual([Empty, '']);
      }
    });

    test('arguments of a wrong type and unknown options are TypeErrors that name them', async () => {
      const queue = make(1) as LimitedQueue<unknown>;
      const messages = [
        () => queue.get('no' as never),
        () => queue.get(true, '1' as never),
        () => queue.get({ tiemout: 1 } as never),
        () => queue.put(1, { singal: 1 } as never),
        () => queue.put(1, { transfer: [5] as never }),
        () => queue.getAsync({ block: false } as never),
        () => make(1.5),
        () => make('1' as never),
      ].map(async (call) => {
        const [type, message] = (await caught(call)) as [unknown, string];
        expect(type).toBe(TypeError);
        return /^(?:unknown option ')?(\w+)/.exec(message)?.[1];
      });
      expect(await Promise.all(messages)).toEqual([
        ...['block', 'timeout', 'tiemout', 'singal', 'buffers', 'block', 'maxsize', 'maxsize'],
      ]);
      expect(queue.qsize()).toBe(0);
    });

    test('75: an item that cannot travel is an error, and leaves the queue as it was', async () => {
      const queue = make(2) as LimitedQueue<unknown>;
      queue.put(1);
      const bad = { fine: 1, then: new WeakMap() };
      expect(() => queue.put(bad)).toThrow(PicklingError);
      expect(() => queue.put(bad, { block: false })).toThrow(/value\.then/);
      await expect(queue.putAsync(bad)).rejects.toThrow(PicklingError);
      expect([queue.qsize(), queue.full()]).toEqual([1, false]);
      expect(queue.get()).toBe(1);
      queue.put(2);
      expect(queue.get()).toBe(2);
    });
  });
}
