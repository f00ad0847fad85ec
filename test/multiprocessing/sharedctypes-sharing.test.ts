// C's values, arrays and structures between threads and processes.
import { ProcessPoolExecutor } from 'heddle/concurrent/futures';
import { Process } from 'heddle/multiprocessing';
import {
  Array as ArrayOf,
  RawArray,
  RawValue,
  Structure,
  type Synchronized,
  Value,
} from 'heddle/multiprocessing/sharedctypes';
import { Lock, Thread } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { change, count, makeShared, Path, Point } from '../fixtures/processes/ctypes.js';
import { endChildrenAfterEach } from '../setup/processes.js';

endChildrenAfterEach();

type Start = (target: (...args: never[]) => unknown, args: unknown[]) => { join(): void };
const KINDS: [string, Start][] = [
  ['a thread', (target, args) => started(new Thread({ target, args: args as never[] }))],
  [
    'a process',
    (target, args) => started(new Process({ target, args: args as never[], daemon: true })),
  ],
];

function started<T extends { start(): void }>(party: T): T {
  party.start();
  return party;
}

function makeAll() {
  return {
    number: Value('i', 5),
    point: Value(Point, 3, 4),
    doubles: ArrayOf('d', [1, 2, 3]),
    text: ArrayOf('c', 'hello'),
    path: RawValue(Path, 'abc') as Path & { steps: Int32Array; from: { y: number } },
    points: RawArray(Point, [
      [1, 2],
      [3, 4],
    ]),
    raw: RawArray('i', 10_000),
  };
}

function expectChanged({
  number,
  point,
  doubles,
  text,
  path,
  points,
  raw,
}: ReturnType<typeof makeAll>) {
  expect(number.value).toBe(6);
  expect((point.getObj() as Point).norm()).toBe(10);
  expect(doubles.getSlice()).toEqual([1, 2, 9.5]);
  expect(text.value.toString()).toBe('bye');
  expect([[...path.steps], path.from.y]).toEqual([[7, 8, 9], -1]);
  expect((points.get(1) as unknown as { y: number }).y).toBe(100);
  expect(raw[7]).toBe(77);
}

describe.each(KINDS)('with %s', (_name, start) => {
  test('values, arrays and structures are shared', () => {
    const all = makeAll();
    start(change, [all]).join();
    expectChanged(all);
  });

  test('a class of structures that is written here travels', () => {
    class Pair extends Structure {
      static override _fields_ = [
        ['a', 'i'],
        ['b', 'i'],
      ];
      declare a: number;
      declare b: number;
      sum() {
        return this.a + this.b;
      }
    }
    const pair = RawValue(Pair, 1, 2);
    const answer = Value('i');
    const target = (p: Pair, to: typeof answer) => {
      p.a = 10;
      to.value = p.sum();
    };
    start(target as never, [pair, answer]).join();
    expect([pair.a, answer.value]).toEqual([10, 12]);
  });

  test('a view of a part of an array is that part', () => {
    const array = RawArray('d', 100);
    start(((part: Float64Array) => part.fill(1)) as never, [array.subarray(10, 20)]).join();
    expect(array.reduce((sum, x) => sum + x)).toBe(10);
    expect([array[9], array[10]]).toEqual([0, 1]);
  });

  test('increments under the lock are not lost', () => {
    const counter = Value('i', 0);
    const others = [1, 2].map(() => start(count as never, [counter, 500]));
    count(counter, 500);
    for (const other of others) other.join();
    expect(counter.value).toBe(1500);
  });
});

test('what a process made outlives it', async () => {
  const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
  const [array, value] = await pool.submit(makeShared);
  pool.shutdown();
  expect([...array]).toEqual([1, 2, 3]);
  start([array, value]);
  expect(value.value).toBe(6);

  function start(args: [Int32Array, Synchronized<'i'>]) {
    const target = (numbers: Int32Array, sum: Synchronized<'i'>) => {
      for (const number of numbers) sum.value += number;
    };
    started(new Process({ target, args, daemon: true })).join();
  }
});

test('a lock of threading does not go to a process', () => {
  const value = Value('i', 5, { lock: new Lock() });
  const child = new Process({ target: count, args: [value as never, 1] });
  expect(() => child.start()).toThrow(/Lock of this process only/);
});
