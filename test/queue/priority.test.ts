import { PriorityQueue } from 'heddle/queue';
import { Thread } from 'heddle/threading';
import { describe, expect, test } from 'vitest';

function inOrder<T>(items: T[]): T[] {
  const queue = new PriorityQueue<T>();
  for (const item of items) queue.put(item);
  return items.map(() => queue.getNowait());
}

function refusal(first: unknown, second: unknown): unknown {
  const queue = new PriorityQueue();
  queue.put(first);
  try {
    queue.put(second);
    return 'none';
  } catch (error) {
    expect(queue.qsize()).toBe(1);
    expect(queue.getNowait()).toStrictEqual(first);
    return (error as TypeError & { code: string }).code === 'ERR_NOT_ORDERED'
      ? (error as Error).message
      : error;
  }
}

const because = (own: string, other: string, path: string) =>
  `'<' not supported between instances of '${own}' and '${other}' (${path})`;

describe('PriorityQueue orders', () => {
  test('numbers, bigints and booleans by value', () => {
    const numbers = [
      ...[-Infinity, -(2n ** 1100n), -Number.MAX_VALUE, -(2n ** 64n) - 1n, -(2 ** 64), -1.5, -1n],
      ...[-5e-324, 0, 5e-324, true, 2n, 2 ** 53, 2n ** 53n + 1n, 2 ** 53 + 2, 2n ** 64n - 1n],
      ...[2 ** 64, 2n ** 64n + 1n, 2n ** 64n + 2n, 2n ** 64n + 256n, 2n ** 64n + 257n],
      ...[Number.MAX_VALUE, 2n ** 1024n, 2n ** 1100n, Infinity, Number.NaN],
    ];
    expect(inOrder(numbers.toReversed())).toStrictEqual(numbers);
  });

  test('equal numbers of different types as equal', () => {
    expect(inOrder([1, true, 1n, -0, 0, false, 0n])).toStrictEqual([-0, 0, false, 0n, 1, true, 1n]);
  });

  test('strings by code points, not by UTF-16 units', () => {
    const strings = ['', '\0', '\0\0', '\0a', 'A', 'a', 'a\0', 'a\0b', 'aa', 'b', 'é', '\ud7ff'];
    strings.push('\ud800', '\udfff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}');
    expect(inOrder(strings.toReversed())).toStrictEqual(strings);
  });

  test('arrays element by element, a shorter one first', () => {
    const arrays = [
      ...[[], [0], [0, ''], [0, 'a'], [0, 'a', 1], [0, 'b'], [1], [1, 'a', [1]]],
      ...[[1, 'a', [1, 2]], [1, 'a', [2]], [2], [2n ** 70n, 'x'], [2n ** 70n + 1n, 'a']],
    ];
    expect(inOrder<unknown>(arrays.toReversed())).toStrictEqual(arrays);
  });

  test('equal items, and what has no order after equal priorities, by their coming', () => {
    const items = [
      ...[5, 1, 5, 1, 5].map((priority, i) => [priority, { number: i }]),
      ...[1, 5].map((priority) => [priority, new Map()]),
    ];
    expect(inOrder(items)).toEqual([
      [1, { number: 1 }],
      [1, { number: 3 }],
      [1, new Map()],
      [5, { number: 0 }],
      [5, { number: 2 }],
      [5, { number: 4 }],
      [5, new Map()],
    ]);
  });

  test('past null, which is equal to itself in an array', () => {
    expect(
      inOrder([
        [1, null, 2],
        [1, null, 1],
      ]),
    ).toEqual([
      [1, null, 1],
      [1, null, 2],
    ]);
  });

  test('arrays that contain themselves, and very large ones', () => {
    const cyclic: unknown[] = [1];
    cyclic.push(cyclic);
    const twice: unknown[] = [0];
    twice.push(twice, twice);
    expect(inOrder([cyclic, twice]).map(([first]) => first)).toEqual([0, 1]);
    const long = (last: number) => [...new Array(20_000).fill(7), last];
    expect(inOrder([[2, long(1)], [1, long(2)], [2, 'x'.repeat(1e6)].slice(0, 1)])[0]?.[0]).toBe(1);
  });
});

describe('PriorityQueue refuses', () => {
  test('what Python cannot order, naming the types and the way', () => {
    expect(refusal(1, 'a')).toBe(because('string', 'number', 'item'));
    expect(refusal('a', 1)).toBe(because('number', 'string', 'item'));
    expect(refusal([1], 1)).toBe(because('number', 'array', 'item'));
    expect(refusal([1, 'a'], [1, 2])).toBe(because('number', 'string', 'item[1]'));
    expect(refusal([2n ** 70n + 1n, [3, ['x\0', 5]]], [2n ** 70n + 1n, [3, ['x\0', {}]]])).toBe(
      because('object', 'number', 'item[1][1][1]'),
    );
    expect(refusal([[1, 2], 3, 4], [[1, 2], 3, 'x'])).toBe(because('string', 'number', 'item[2]'));
    expect(refusal([1, null], [1, undefined])).toBe(because('undefined', 'null', 'item[1]'));
  });

  test('two items without an order; one alone is fine, as in Python', () => {
    expect(refusal({}, {})).toBe(because('object', 'object', 'item'));
    expect(refusal(null, null)).toBe(because('null', 'null', 'item'));
    expect(refusal(undefined, undefined)).toBe(because('undefined', 'undefined', 'item'));
    expect(refusal(null, 5)).toBe(because('number', 'null', 'item'));
  });

  test('and counts no task for it', async () => {
    const queue = new PriorityQueue();
    queue.put(1);
    await expect(queue.putAsync('a')).rejects.toThrow(TypeError);
    queue.get();
    queue.taskDone();
    queue.join();
  });
});

test('random items come as a sort by Python’s rules has them', () => {
  let seed = 12345;
  const random = (end: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % end;
  };
  const number = () =>
    [random(5), -random(5), random(5) / 4, BigInt(random(5)), 2n ** 65n][random(5)];
  const text = () => ['', 'a', 'a\0', 'ab', '\uffff', '\u{1f600}', 'é'][random(7)];
  const item = () => [number(), text(), ...(random(2) ? [[number(), text()]] : [])];
  const compare = (a: unknown, b: unknown): number => {
    if (Array.isArray(a) && Array.isArray(b)) {
      for (let i = 0; i < Math.min(a.length, b.length); i++) {
        const order = compare(a[i], b[i]);
        if (order !== 0) return order;
      }
      return a.length - b.length;
    }
    if (typeof a === 'string') {
      const points = (s: string) => Array.from(s, (char) => char.codePointAt(0));
      return compare(points(a), points(b as string));
    }
    return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
  };
  for (let round = 0; round < 20; round++) {
    const items = Array.from({ length: 200 }, item);
    expect(inOrder(items)).toStrictEqual(items.toSorted(compare));
  }
});

test('from several threads, the least of what is there comes first', () => {
  const queue = new PriorityQueue<[number, string]>();
  const put = (to: PriorityQueue<[number, string]>, name: string) => {
    for (let i = 500; i > 0; i--) to.put([i, name]);
  };
  const threads = ['a', 'b', 'c'].map((name) => new Thread({ target: put, args: [queue, name] }));
  for (const thread of threads) thread.start();
  for (const thread of threads) thread.join();
  const got = Array.from({ length: 1500 }, () => queue.getNowait());
  const expected = Array.from({ length: 500 }, (_, i) =>
    ['a', 'b', 'c'].map((name) => [i + 1, name]),
  );
  expect(got).toEqual(expected.flat());
});
