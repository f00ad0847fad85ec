import { inspect } from 'node:util';
import { ThreadPoolExecutor } from 'heddle/concurrent/futures';
import { DeadlockError, RuntimeError } from 'heddle/errors';
import { SimpleQueue } from 'heddle/queue';
import { Event, Lock, RLock, Thread } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { type NativeLock, Outcome, Releaser } from '../../dist/_native/index.js';
import { adopt } from '../../dist/_thread/index.js';
import { releaseLate, takeOne, takeSome, takeTwice, takeTwo } from '../fixtures/deadlocks.js';

type AnyLock = Lock | RLock;

/** Threads that each hold a lock and want the next one's. */
function startCircle(locks: AnyLock[], timeouts: (number | null)[] = []) {
  const ready = locks.map(() => new Event());
  const results = new SimpleQueue<string>();
  const threads = locks.map((own, i) => {
    const wanted = locks[(i + 1) % locks.length] as AnyLock;
    const args = [own, wanted, ready, i, results, timeouts[i] ?? null] as const;
    return new Thread({ target: takeTwo, args: [...args], name: `weaver ${i}` });
  });
  for (const thread of threads) thread.start();
  return { threads, results: () => locks.map(() => results.get({ timeout: 10 }) as string) };
}

const named = (lock: AnyLock) =>
  `${lock.constructor.name} ${/Lock (\d+)/.exec(inspect(lock))?.[1]}`;

const KINDS: [string, () => AnyLock][] = [
  ['RLock', () => new RLock()],
  ['Lock', () => new Lock()],
];

describe.each(KINDS)('a circle of %ss', (_, make) => {
  test.each([2, 3])('of %d threads: one gets a DeadlockError, the others go on', (count) => {
    const locks = Array.from({ length: count }, make);
    const { threads, results } = startCircle(locks);
    for (const thread of threads) thread.join();
    const told = results();
    expect(told.filter((result) => result === 'got it')).toHaveLength(count - 1);

    const [message, json] = (told.find((result) => result !== 'got it') as string).split('\n');
    const circle = JSON.parse(json as string) as { thread: string; waitsFor: string }[];
    const first = threads.findIndex((thread) => thread.name === circle[0]?.thread);
    expect(circle).toEqual(
      locks.map((_lock, i) => ({
        thread: `weaver ${(first + i) % count}`,
        waitsFor: named(locks[(first + i + 1) % count] as AnyLock),
      })),
    );
    const [own, next] = [0, 1].map((i) => `weaver ${(first + i) % count}`);
    const wanted = named(locks[(first + 1) % count] as AnyLock);
    expect(message).toMatch(`deadlock: '${own}' waits for ${wanted}, held by '${next}', which `);
    expect(message).toMatch(
      new RegExp(`which waits for ${named(locks[first] as AnyLock)}, held by '${own}'$`),
    );
  });

  test('with a wait that ends by itself is none', () => {
    const { threads, results } = startCircle([make(), make()], [0.4, null]);
    for (const thread of threads) thread.join();
    expect(results().sort()).toEqual(['got it', 'late']);
  });

  test('through the main thread, which joins who waits for its lock', () => {
    const lock = make();
    const results = new SimpleQueue<string>();
    const thread = new Thread({ target: takeOne, args: [lock, results], name: 'weaver' });
    lock.acquire();
    thread.start();
    let circle: unknown;
    try {
      thread.join();
    } catch (error) {
      expect(error).toBeInstanceOf(DeadlockError);
      expect((error as Error).message).toBe(
        `deadlock: 'MainThread' waits for the end of 'weaver', which waits for ${named(lock)}, held by 'MainThread'`,
      );
      ({ circle } = error as DeadlockError);
      expect(circle).toEqual([
        { thread: 'MainThread', waitsFor: "the end of 'weaver'" },
        { thread: 'weaver', waitsFor: named(lock) },
      ]);
    }
    lock.release();
    thread.join();
    // Whichever entered its wait last was told.
    expect(results.get()).toMatch(circle ? /^got it$/ : /^deadlock: 'weaver' waits for R?Lock/);
  });

  test.each([true, false])(
    'threads that take locks in order (%s) never meet one; others finish all the same',
    (inOrder) => {
      const locks = Array.from({ length: 4 }, make);
      const results = new SimpleQueue<string>();
      const threads = [1, 2, 3, 4].map(
        (seed) => new Thread({ target: takeSome, args: [locks, seed, inOrder, results] }),
      );
      for (const thread of threads) thread.start();
      for (const thread of threads) thread.join();
      const told = threads.map(() => results.get());
      if (inOrder) expect(told).toEqual(threads.map(() => 'no deadlock'));
      expect(locks.map((lock) => lock.acquire(false))).toEqual(locks.map(() => true));
    },
  );
});

describe('a Lock that its holder acquires again', () => {
  test('is a deadlock where nobody else has it', () => {
    const lock = new Lock();
    lock.acquire();
    const again = () => lock.acquire();
    expect(again).toThrow(DeadlockError);
    expect(again).toThrow(RuntimeError);
    expect(again).toThrow(`deadlock: 'MainThread' waits for ${named(lock)}, which it holds itself`);
    expect(lock.locked()).toBe(true);
    lock.release();
    expect(lock.locked()).toBe(false);
  });

  test('is released by another thread, however late', () => {
    const lock = new Lock();
    lock.acquire();
    const thread = new Thread({ target: releaseLate, args: [lock, new Event()] });
    thread.start();
    expect(lock.acquire()).toBe(true);
    thread.join();
  });

  test('can be waited for without a search, as what must not fail halfway does', () => {
    const lock = new Lock();
    const native = Reflect.get(lock, adopt) as NativeLock;
    lock.acquire();
    const thread = new Thread({ target: releaseLate, args: [lock, new Event()] });
    thread.start();
    // If only its holder could release it, that would be a deadlock.
    expect(native.acquire(-1, Releaser.owner)).toBe(Outcome.deadlock);
    expect(native.acquire(-1, Releaser.unwatched)).toBe(Outcome.done);
    thread.join();
  });

  test('is waited for while a queue has it: who gets it there may release it', () => {
    const [lock, queue] = [new Lock(), new SimpleQueue<Lock>()];
    lock.acquire();
    queue.put(lock);
    const late = new Thread({
      target: (from: SimpleQueue<Lock>, never: Event) => {
        never.wait(0.4);
        (from.get() as Lock).release();
      },
      args: [queue, new Event()],
    });
    late.start();
    expect(lock.acquire()).toBe(true);
    late.join();
  });
});

test('a thread whose event loop runs may release what it knows', async () => {
  const locks = [new Lock(), new Lock()];
  const { threads, results } = startCircle(locks);
  // Both have waited for long by then, and looked again.
  await threads[0]?.joinAsync({ timeout: 0.6 });
  expect(threads.map((thread) => thread.isAlive())).toEqual([true, true]);
  // Now nobody's loop runs.
  for (const thread of threads) thread.join();
  expect(results().sort()).toEqual([expect.stringMatching(/^deadlock: /), 'got it']);
});

test('owners are found while an event loop runs', async () => {
  const { threads, results } = startCircle([new RLock(), new RLock()]);
  for (const thread of threads) await thread.joinAsync();
  expect(results().sort()).toEqual([expect.stringMatching(/^deadlock: /), 'got it']);
});

test('the error crosses threads with its circle', () => {
  using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  const error = pool.submit(takeTwice).exception();
  expect(error).toBeInstanceOf(DeadlockError);
  expect((error as DeadlockError).circle).toHaveLength(1);
});
