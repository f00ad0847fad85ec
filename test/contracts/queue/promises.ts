import { describe, expect, test } from 'vitest';
import { type LimitedQueue, type QueueKind, range, start } from './kinds.js';

/** How a queue serves promises. */
export function promisesContract(kind: QueueKind): void {
  const { make } = kind;
  describe(`${kind.name}: promises`, () => {
    test('10,000 pending getAsync are served in the order in which they came', async () => {
      const queue = make();
      const served: number[] = [];
      const gets = range(10_000).map((i) => queue.getAsync().then(() => served.push(i)));
      const put = (to: LimitedQueue) => {
        for (let i = 0; i < 10_000; i++) to.put(i);
      };
      start(kind, put, queue);
      await Promise.all(gets);
      expect(served).toEqual(range(10_000));
      expect(queue.qsize()).toBe(0);
    });

    test('10,000 pending putAsync are served as room comes', async () => {
      const queue = make(1);
      const puts = range(10_000).map((i) => queue.putAsync(i));
      const items: number[] = [];
      const take = async () => {
        while (items.length < 10_000) items.push(await queue.getAsync());
      };
      await Promise.all([take(), ...puts]);
      expect(items).toEqual(range(10_000));
    });

    test('an aborted getAsync takes nothing: the item goes to the next', async () => {
      const queue = make();
      const controller = new AbortController();
      const [first, second] = [queue.getAsync({ signal: controller.signal }), queue.getAsync()];
      controller.abort(new Error('enough'));
      queue.put(1);
      await expect(first).rejects.toThrow('enough');
      expect(await second).toBe(1);
      await expect(queue.getAsync({ signal: controller.signal })).rejects.toThrow('enough');
      queue.put(2);
      await expect(queue.getAsync({ signal: controller.signal })).rejects.toThrow('enough');
      expect(queue.get()).toBe(2);
    });

    test('an aborted putAsync puts nothing', async () => {
      const queue = make(1);
      queue.put(1);
      const controller = new AbortController();
      const [first, second] = [queue.putAsync(2, { signal: controller.signal }), queue.putAsync(3)];
      controller.abort(new Error('enough'));
      await expect(first).rejects.toThrow('enough');
      expect(queue.get()).toBe(1);
      await second;
      expect(queue.get()).toBe(3);
    });

    test('an abort as the item comes loses nothing', async () => {
      const queue = make();
      for (const i of range(50)) {
        const controller = new AbortController();
        const first = queue.getAsync({ signal: controller.signal });
        // The put has settled the native wait, or will have: no promise has been told.
        queue.put(i);
        controller.abort(new Error('enough'));
        const got = await first.catch(() => queue.getAsync());
        expect(got).toBe(i);
        expect(queue.qsize()).toBe(0);
      }
    });
  });
}
