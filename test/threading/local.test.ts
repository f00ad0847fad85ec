import { inspect } from 'node:util';
import { ThreadPoolExecutor } from 'heddle/concurrent/futures';
import { Queue } from 'heddle/queue';
import { Lock, local, Thread } from 'heddle/threading';
import { expect, test } from 'vitest';

class Counter extends local {
  log: string[] = [];
  constructor(
    public name: string,
    public start: { count: number },
  ) {
    super(name, start);
    this.count = start.count;
  }
  up(): number {
    this.count++;
    return this.count;
  }
  get double(): number {
    return 2 * this.count;
  }
  set half(value: number) {
    this.count = 2 * value;
  }
}

/** What `body` returns in a thread that is new to it. */
function inThread<A extends unknown[], R>(body: (...args: A) => R, ...args: A): R {
  const answer = new Queue<R>();
  const thread = new Thread({
    target: (to: Queue<R>, ...rest: A) => to.put(body(...rest)),
    args: [answer, ...args],
  });
  thread.start();
  thread.join();
  return answer.getNowait();
}

test('each thread has fields of its own', () => {
  const data = new local();
  data.number = 42;
  const seen = inThread(() => {
    const before = [data.number, Object.keys(data)];
    data.number = 11;
    return [...before, data.number];
  });
  expect(seen).toEqual([undefined, [], 11]);
  expect(data.number).toBe(42);
});

test('what a thread has put into it goes with the thread, though its Worker is used again', () => {
  const data = new local();
  const task = () => {
    const before = 'x' in data;
    data.x = 1;
    return before;
  };
  expect([inThread(task), inThread(task), inThread(task)]).toEqual([false, false, false]);
});

test('the tasks of one thread of a pool see what that thread has', () => {
  using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  const data = new local();
  const count = () => {
    data.count = (data.count ?? 0) + 1;
    return data.count;
  };
  expect([1, 2, 3].map(() => pool.submit(count).result())).toEqual([1, 2, 3]);
  expect(data.count).toBe(undefined);
});

test('it is the same object wherever it comes from', () => {
  const data = new local();
  const box = { first: data, second: data };
  const back = new Queue();
  const thread = new Thread({
    target: (one: typeof box, other: local, to: Queue) => {
      one.first.x = 1;
      to.put([one.second.x, other.x, data.x, one.first === other, other === data]);
      to.put(other);
    },
    args: [box, data, back],
  });
  thread.start();
  thread.join();
  expect(back.get()).toEqual([1, 1, 1, true, true]);
  data.mine = true;
  expect((back.get() as local).mine).toBe(true);
});

test('a subclass is constructed again in each thread, with the same arguments', () => {
  const counter = new Counter('c', { count: 5 });
  expect([counter.up(), counter.up(), counter.double]).toEqual([6, 7, 14]);
  counter.half = 50;
  counter.log.push('main');
  const seen = inThread(() => {
    const first = [counter instanceof Counter, counter.name, counter.up(), counter.double];
    counter.half = 4;
    return [...first, counter.count, counter.log];
  });
  expect(seen).toEqual([true, 'c', 6, 12, 8, []]);
  expect([counter.count, counter.log]).toEqual([100, ['main']]);
});

test('a constructor that throws elsewhere does so at the use, and again at the next', () => {
  const lock = new Lock();
  class Picky extends local {
    constructor(free: Lock) {
      super(free);
      if (free.locked()) throw new RangeError('locked');
      this.made = true;
    }
  }
  const picky = new Picky(lock);
  lock.acquire();
  const seen = inThread(() => {
    const tries: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      try {
        tries.push(picky.made);
      } catch (error) {
        tries.push((error as Error).message);
      }
    }
    lock.release();
    return [...tries, picky.made];
  });
  expect(seen).toEqual(['locked', 'locked', true]);
});

test('it behaves as an ordinary object', () => {
  const data = new local();
  data.a = 1;
  data.b = 2;
  expect(Object.keys(data)).toEqual(['a', 'b']);
  expect({ ...data }).toEqual({ a: 1, b: 2 });
  expect('a' in data && Object.hasOwn(data, 'a')).toBe(true);
  expect(delete data.a).toBe(true);
  Object.defineProperty(data, 'c', { value: 3 });
  expect([Object.keys(data), data.c]).toEqual([['b'], 3]);
  expect(data instanceof local).toBe(true);
  expect(inspect(data)).toBe('<heddle.local { b: 2 }>');
  expect(Object.isExtensible(data)).toBe(true);
});

test('only a subclass takes arguments', () => {
  expect(() => new local(1)).toThrow(new TypeError('Initialization arguments are not supported'));
});
