import { Empty, type SimpleQueue } from 'heddle/queue';
import { Lock } from 'heddle/threading';
import { describe, expect, test } from 'vitest';

interface ItemQueue {
  put(
    item: unknown,
    options?: Pick<NonNullable<Parameters<SimpleQueue['put']>[1]>, 'transfer'>,
  ): void;
  get(): unknown;
}

/** What queues of any items do besides; the order plays no part. */
export function itemContract(
  name: string,
  make: () => ItemQueue,
  makeLock: () => Lock = () => new Lock(),
): void {
  describe(`${name}: items`, () => {
    test('are copies, also in the same thread', () => {
      const queue = make();
      const item = { list: [1, 2], map: new Map([['a', new Date(5)]]), at: 10n, self: {} };
      item.self = item;
      queue.put(item);
      item.list.push(3);
      const copy = queue.get() as typeof item;
      expect(copy).not.toBe(item);
      expect(copy.self).toBe(copy);
      expect([copy.list, copy.map, copy.at]).toEqual([[1, 2], item.map, 10n]);
    });

    test.each([undefined, null, true, 'a\ud800', -0, 1.5, [], new Uint8Array(3), 'x'.repeat(1e6)])(
      'may be %s',
      (item) => {
        const queue = make();
        queue.put(item);
        expect(queue.get()).toStrictEqual(item);
        queue.put([item]);
        expect(queue.get()).toStrictEqual([item]);
      },
    );

    test('what is shared stays shared', () => {
      const queue = make();
      const lock = makeLock();
      queue.put({ lock });
      lock.acquire();
      expect((queue.get() as { lock: Lock }).lock.locked()).toBe(true);
    });

    test('a buffer that is given away is empty here, and whole there', () => {
      const queue = make();
      const buffer = new Uint8Array(1 << 20).fill(7);
      queue.put({ buffer }, { transfer: [buffer] });
      expect(buffer.length).toBe(0);
      const { buffer: there } = queue.get() as { buffer: Uint8Array };
      expect([there.length, there[0], there.at(-1)]).toEqual([1 << 20, 7, 7]);
    });

    test('an error keeps its class, also a queue’s own', () => {
      const queue = make();
      queue.put(new Empty());
      expect(queue.get()).toBeInstanceOf(Empty);
    });
  });
}
