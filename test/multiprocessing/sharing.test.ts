// What processes share, and how they tell each other.
import { ProcessPoolExecutor } from 'heddle/concurrent/futures';
import { LockAbandonedError } from 'heddle/errors';
import { Event, Lock, Process, Semaphore } from 'heddle/multiprocessing';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { Thread } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import {
  acquireAndTell,
  handOn,
  holdForEver,
  Loom,
  makeLoom,
  settleOthers,
  weave,
  weaveNested,
} from '../fixtures/processes/sharing.js';
import { countBlocked } from '../hang/proc.js';
import { endChildrenAfterEach, exitcodeOf, start } from '../setup/processes.js';

endChildrenAfterEach();

/** Whether somebody else has done `weave` with what this loom shares. */
function expectWoven({ lock, event, semaphore, memory, words }: Loom): void {
  expect(event.isSet()).toBe(true);
  expect(lock.locked()).toBe(false);
  expect([1, 2, 3, 4].map(() => semaphore.acquire(false))).toEqual([true, true, true, false]);
  expect([memory.buf[0], words[2]]).toEqual([7, -9]);
  expect(words.length).toBe(4);
}

describe('locks, events, semaphores, memory and typed arrays over it are shared', () => {
  test('as arguments', () => {
    const { lock, event, semaphore, memory, words } = new Loom();
    lock.acquire();
    const target = (a: Lock, b: Event, c: Semaphore, d: SharedMemory, e: typeof words) =>
      weave({ lock: a, event: b, semaphore: c, memory: d, words: e });
    expect(exitcodeOf({ target, args: [lock, event, semaphore, memory, words] })).toBe(0);
    expectWoven({ lock, event, semaphore, memory, words });
  });

  test('captured by a closure', () => {
    const { lock, event, semaphore, memory, words } = new Loom();
    lock.acquire();
    const target = () => weave({ lock, event, semaphore, memory, words });
    expect(exitcodeOf({ target })).toBe(0);
    expectWoven({ lock, event, semaphore, memory, words });
  });

  test('in fields of an instance', () => {
    const loom = new Loom();
    loom.lock.acquire();
    expect(exitcodeOf({ target: weave, args: [loom] })).toBe(0);
    expectWoven(loom);
  });

  test('nested in Map, Set and arrays', () => {
    const loom = new Loom();
    loom.lock.acquire();
    const { lock, ...things } = loom;
    const map = new Map<string, unknown>([
      ['things', [things]],
      ['locks', new Set([lock])],
    ]);
    expect(exitcodeOf({ target: weaveNested, args: [map] })).toBe(0);
    expectWoven(loom);
  });

  test('as results of a process that is gone', async () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const loom = await pool.submit(makeLoom);
    pool.shutdown();
    expect(loom).toBeInstanceOf(Loom);
    expect(loom.lock).toBeInstanceOf(Lock);
    expect(loom.memory).toBeInstanceOf(SharedMemory);
    loom.lock.acquire();
    expect(exitcodeOf({ target: weave, args: [loom] })).toBe(0);
    expectWoven(loom);
  });

  test('through threads of another process', () => {
    const loom = new Loom();
    loom.lock.acquire();
    const target = (shared: Loom) => {
      const thread = new Thread({ target: weave, args: [shared] });
      thread.start();
      thread.join();
    };
    expect(exitcodeOf({ target, args: [loom] })).toBe(0);
    expectWoven(loom);
  });

  test('and one that comes twice is one', () => {
    const lock = new Lock();
    const target = (pair: Lock[]) => {
      pair[0]?.acquire();
      process.exitCode = pair[0] === pair[1] && pair[1]?.acquire(false) === false ? 5 : 6;
      pair[1]?.release();
    };
    expect(exitcodeOf({ target, args: [[lock, lock]] })).toBe(5);
    expect(lock.locked()).toBe(false);
  });
});

describe('a lock whose holder is killed', () => {
  /** A process that holds the lock, and one in acquire() and one in acquireAsync(). */
  async function held() {
    const [lock, taken, up] = [new Lock(), new Event(), new Semaphore(0)];
    const holder = start({ target: holdForEver, args: [lock, taken] });
    await taken.waitAsync();
    const others = [true, false].map((blocking) =>
      start({ target: acquireAndTell, args: [lock, up, blocking] }),
    );
    await up.acquireAsync();
    await up.acquireAsync();
    while (countBlocked(others[0]?.pid as number) === 0) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return { lock, holder, others };
  }

  test('is abandoned to those who wait, blocked and in promises, in all processes', async () => {
    const { lock, holder, others } = await held();
    const promises = [1, 2, 3].map(() => lock.acquireAsync().catch((error) => error));
    const thread = new Thread({ target: acquireAndTell, args: [lock, new Semaphore(0), true] });
    thread.start();
    holder.kill();
    for (const error of await Promise.all(promises))
      expect(error).toBeInstanceOf(LockAbandonedError);
    await thread.joinAsync();
    for (const other of others) other.join();
    expect(others.map((other) => other.exitcode)).toEqual([2, 2]);
    expect(() => lock.acquire()).toThrow(LockAbandonedError);
    expect(() => lock.release()).toThrow(LockAbandonedError);
    expect(lock.recover()).toBe(true);
    expect([lock.acquire(false), lock.recover()]).toEqual([true, false]);
  });

  test('and of which nobody hears but a blocked main thread', async () => {
    const { lock, holder } = await held();
    const killer = start({
      target: (pid: number, parent: number) => {
        process.kill(pid, parent === process.ppid ? 'SIGKILL' : 0);
      },
      args: [holder.pid as number, process.pid],
    });
    expect(() => lock.acquire()).toThrow(LockAbandonedError);
    killer.join();
    expect(lock.recover()).toBe(true);
  });

  test('is recovered by another process', async () => {
    const { lock, holder, others } = await held();
    holder.kill();
    for (const other of others) other.join();
    const target = (broken: Lock) => {
      process.exitCode = broken.recover() && broken.acquire(false) ? 4 : 5;
      broken.release();
    };
    expect(exitcodeOf({ target, args: [lock] })).toBe(4);
    expect(lock.acquire(false)).toBe(true);
  });

  test('dies with it in a process of a pool, too', async () => {
    const [lock, taken] = [new Lock(), new Event()];
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const pid = await pool.submit(() => process.pid);
    const future = pool.submit(holdForEver, lock, taken);
    taken.wait();
    process.kill(pid, 'SIGKILL');
    expect(() => lock.acquire()).toThrow(LockAbandonedError);
    expect(future.exception()).toMatchObject({ name: 'BrokenProcessPool' });
    expect(lock.recover()).toBe(true);
    pool.shutdown();
  });
});

describe('promises of one process are settled by another', () => {
  test('of locks and events, many of them', async () => {
    const lock = new Lock();
    const events = Array.from({ length: 100 }, () => new Event());
    lock.acquire();
    const waits = events.flatMap((event) => [event.waitAsync(), event.waitAsync({ timeout: 60 })]);
    let acquired = 0;
    const locks = Array.from({ length: 50 }, async () => {
      await lock.acquireAsync();
      acquired++;
      lock.release();
    });
    const child = start({ target: settleOthers, args: [lock, events] });
    expect(await Promise.all(waits)).toEqual(Array(200).fill(true));
    await Promise.all(locks);
    await child.joinAsync();
    expect([acquired, child.exitcode]).toEqual([50, 0]);
  });

  test('around a ring of three', async () => {
    using memory = new SharedMemory({ create: true, size: 16 });
    const words = new Int32Array(memory.buf.buffer, 0, 1);
    const rounds = 500;
    const [a, b, c] = [new Semaphore(0), new Semaphore(0), new Semaphore(0)];
    const others = [
      start({ target: handOn, args: [a, b, memory, rounds] }),
      start({ target: handOn, args: [b, c, memory, rounds] }),
    ];
    for (let i = 0; i < rounds; i++) {
      a.release();
      expect(await c.acquireAsync()).toBe(true);
    }
    await Promise.all(others.map((other) => other.joinAsync()));
    expect(others.map((other) => other.exitcode)).toEqual([0, 0]);
    expect(words[0]).toBe(2 * rounds);
  });

  test('also of a thread, and of the main thread while that is blocked', () => {
    const [gate, done] = [new Event(), new Event()];
    const thread = new Thread({
      target: async (from: Event, to: Event) => {
        await from.waitAsync();
        to.set();
      },
      args: [gate, done],
    });
    thread.start();
    expect(exitcodeOf({ target: (event: Event) => event.set(), args: [gate] })).toBe(0);
    done.wait();
    thread.join();
  });
});

test('a process that is given shared memory may outlive who made it', async () => {
  const pool = new ProcessPoolExecutor({ maxWorkers: 2 });
  const loom = await pool.submit(makeLoom);
  const reader = new Process({ target: weave, args: [loom], daemon: true });
  loom.lock.acquire();
  pool.shutdown();
  reader.start();
  reader.join();
  expectWoven(loom);
});
