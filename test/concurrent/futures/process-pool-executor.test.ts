import { setTimeout as sleep } from 'node:timers/promises';
import { BrokenProcessPool, CancelledError, ProcessPoolExecutor } from 'heddle/concurrent/futures';
import { RuntimeError, ValueError } from 'heddle/errors';
import * as multiprocessing from 'heddle/multiprocessing';
import {
  currentProcess,
  Event,
  getContext,
  getStartMethod,
  Lock,
  Process,
  Semaphore,
  setStartMethod,
} from 'heddle/multiprocessing';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { Event as ThreadEvent } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { addon } from '../../../dist/_native/index.js';
import { executorContract } from '../../contracts/executor.js';
import {
  answer,
  block,
  countUp,
  die,
  fail,
  initialized,
  pid,
  same,
} from '../../fixtures/processes/pool-tasks.js';
import { isRunning } from '../../hang/proc.js';
import { runNode } from '../../setup/children.js';
import { ABRUPTLY, pidsOf } from './pool-processes.js';

executorContract({
  name: 'ProcessPoolExecutor',
  make: (options) => new ProcessPoolExecutor(options),
  makeLock: () => new Lock(),
  makeEvent: () => new Event(),
});

describe("ProcessPoolExecutor's initializer", () => {
  test('runs once in each process', async () => {
    using memory = new SharedMemory({ create: true, size: 4 });
    await using pool = new ProcessPoolExecutor({
      maxWorkers: 2,
      initializer: countUp,
      initargs: [memory, 1, 'two'],
    });
    const pids = await pidsOf(pool, 2);
    expect(pids).not.toContain(process.pid);
    const results = await Promise.all([...Array(20)].map(() => pool.submit(initialized)));
    expect(results).toEqual(Array(20).fill([1, 'two']));
    expect(memory.buf.readInt32LE()).toBe(2);
  });

  test('may be a closure, and async', async () => {
    const [done, words] = [new Event(), ['set', 'up']];
    await using pool = new ProcessPoolExecutor({
      maxWorkers: 1,
      initializer: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        (globalThis as { initialized?: unknown }).initialized = words;
        done.set();
      },
    });
    expect(await pool.submit(initialized)).toEqual(['set', 'up']);
    expect(done.isSet()).toBe(true);
  });

  test('that throws fails everything, and its error is the cause', async () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 2, initializer: fail });
    const futures = [1, 2, 3].map((x) => pool.submit(same, x));
    for (const future of futures) {
      const error = (await future.exceptionAsync()) as Error;
      expect(error).toBeInstanceOf(BrokenProcessPool);
      expect(error.message).toMatch('A process initializer failed');
      expect(error.cause).toMatchObject({ name: 'RangeError', message: 'cannot begin' });
    }
    expect(() => pool.submit(answer)).toThrow(BrokenProcessPool);
    pool.shutdown();
  });

  test('that ends its process fails everything', async () => {
    const pool = new ProcessPoolExecutor({
      maxWorkers: 1,
      initializer: die,
      initargs: ['SIGKILL'],
    });
    expect(() => pool.submit(answer).result()).toThrow(`${ABRUPTLY} (by signal 9)`);
    pool.shutdown();
  });

  test('must be a function that can travel', () => {
    expect(() => new ProcessPoolExecutor({ initializer: 5 as never })).toThrow(TypeError);
    const gate = new ThreadEvent();
    const pool = new ProcessPoolExecutor({ initializer: () => gate.wait() });
    expect(() => pool.submit(answer)).toThrow(/gate/);
    pool.shutdown();
  });
});

describe('mpContext', () => {
  const nameIn = (pool: ProcessPoolExecutor) => pool.submit(() => currentProcess().name);

  test('says how the processes are started, which their names tell', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1, mpContext: getContext('spawn') });
    expect(await nameIn(pool)).toMatch(/^SpawnProcess-\d+$/);
  });

  test('may be the module, and is by default: the method in force', async () => {
    const before = getStartMethod({ allowNone: true });
    setStartMethod('spawn', { force: true });
    for (const mpContext of [multiprocessing, undefined, null]) {
      await using pool = new ProcessPoolExecutor({ maxWorkers: 1, mpContext });
      expect(await nameIn(pool)).toMatch(/^SpawnProcess-\d+$/);
    }
    setStartMethod(before, { force: true });
  });

  test.each([['spawn'], [5], [{}], [{ getContext: () => null }]])('is not %o', (mpContext) => {
    const make = () => new ProcessPoolExecutor({ mpContext: mpContext as never });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(/mpContext must be a context/);
  });
});

describe('maxTasksPerChild', () => {
  test('replaces a process after so many tasks', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1, maxTasksPerChild: 3 });
    const pids = await Promise.all([...Array(10)].map(() => pool.submit(pid)));
    const distinct = [...new Set(pids)];
    const counts = distinct.map((one) => pids.filter((other) => other === one).length);
    expect(counts).toEqual([3, 3, 3, 1]);
  });

  test('of several processes, also while the main thread is blocked', () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 2, maxTasksPerChild: 1 });
    const pids = [...Array(6)].map(() => pool.submit(pid)).map((future) => future.result());
    expect(new Set(pids).size).toBe(6);
    pool.shutdown();
    expect(pids.filter((one) => isRunning(one))).toEqual([]);
  });

  test('must be an integer, at least 1', () => {
    const make = (maxTasksPerChild: unknown) => () =>
      new ProcessPoolExecutor({ maxTasksPerChild: maxTasksPerChild as number });
    expect(make(0)).toThrow(new ValueError('maxTasksPerChild must be >= 1'));
    expect(make(1.5)).toThrow(TypeError);
    expect(make('3')).toThrow(TypeError);
    expect(make(null)().shutdown()).toBe(undefined);
  });
});

describe('the processes of a ProcessPoolExecutor', () => {
  test('are started on demand, and used again', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 4 });
    const pids = new Set<number>();
    for (let i = 0; i < 10; i++) pids.add(await pool.submit(pid));
    expect(pids.size).toBe(1);
    expect(await pidsOf(pool, 3)).toHaveLength(3);
  });

  test('are as many as there are usable cores, unless told', async () => {
    await using pool = new ProcessPoolExecutor();
    expect(await pidsOf(pool, addon.usableCores())).toHaveLength(addon.usableCores());
  });

  test('do not have children', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const start = () => new Process().start();
    await expect(pool.submit(start)).rejects.toThrow('daemonic processes are not allowed');
  });

  test('get shared primitives, not those of threads', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    expect(() => pool.submit(same, { deep: [new ThreadEvent()] })).toThrow(/deep\[0\]/);
    expect(await pool.submit(same, 1)).toBe(1);
  });

  test('end when their executor is forgotten', async () => {
    const { stdout, code } = await runNode([
      '--expose-gc',
      '--input-type=module',
      '-e',
      `import { existsSync } from 'node:fs';
       import { ProcessPoolExecutor } from 'heddle/concurrent/futures';
       const pid = await new ProcessPoolExecutor({ maxWorkers: 1 }).submit(() => process.pid);
       while (existsSync('/proc/' + pid)) {
         gc();
         await new Promise((resolve) => setTimeout(resolve, 5));
       }
       console.log('gone');`,
    ]);
    expect({ stdout, code }).toEqual({ stdout: 'gone\n', code: 0 });
  });
});

describe('a future of a ProcessPoolExecutor', () => {
  test('is cancelled while no process has taken its task', async () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const [begun, gate] = [new Semaphore(0), new Event()];
    const running = pool.submit(block, begun, gate);
    const waiting = [1, 2, 3].map((x) => pool.submit(same, x));
    begun.acquire();
    expect([running.running(), waiting[1]?.running()]).toEqual([true, false]);
    expect([running.cancel(), waiting[1]?.cancel()]).toEqual([false, true]);
    expect(() => waiting[1]?.result()).toThrow(CancelledError);
    gate.set();
    expect([waiting[0]?.result(), waiting[2]?.result()]).toEqual([1, 3]);
    pool.shutdown();
  });

  test('is cancelled by a shutdown that shall, unless it runs', async () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 2 });
    const pids = await pidsOf(pool, 2);
    const [begun, gate] = [new Semaphore(0), new Event()];
    const running = [1, 2].map(() => pool.submit(block, begun, gate));
    const waiting = [...Array(20)].map((_, x) => pool.submit(same, x));
    begun.acquire();
    begun.acquire();
    pool.shutdown({ wait: false, cancelFutures: true });
    expect(waiting.every((future) => future.cancelled())).toBe(true);
    gate.set();
    await Promise.all(running);
    expect(() => pool.submit(answer)).toThrow(
      new RuntimeError('cannot schedule new futures after shutdown'),
    );
    await pool.shutdownAsync();
    expect(addon.livingChildren().filter((one) => pids.includes(one))).toEqual([]);
  });

  test('has its result while the main thread is blocked, whatever its size', () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 2 });
    const make = (n: number) => new Uint8Array(n).fill(7);
    const futures = [1, 100, 1e5, 3e7].map((n) => pool.submit(make, n));
    for (const [i, future] of futures.entries()) {
      const bytes = future.result();
      expect([bytes.length, bytes[0], bytes.at(-1)]).toEqual([[1, 100, 1e5, 3e7][i], 7, 7]);
    }
    pool.shutdown();
  });
});

describe('a program with a ProcessPoolExecutor', () => {
  const run = (source: string) =>
    runNode([
      '--input-type=module',
      '-e',
      `import { ProcessPoolExecutor } from 'heddle/concurrent/futures';\n${source}`,
    ]);

  test('ends when its futures are done, without a shutdown', async () => {
    const { stdout, code } = await run(`
      const pool = new ProcessPoolExecutor({ maxWorkers: 2 });
      for (let i = 0; i < 5; i++) pool.submit((x) => x, i).then((x) => console.log(x));
      process.on('exit', () => console.log('exit'));
    `);
    expect(stdout.trim().split('\n').sort()).toEqual(['0', '1', '2', '3', '4', 'exit']);
    expect(code).toBe(0);
  });

  test('waits for tasks that nobody looks at', async () => {
    const { stdout, code } = await run(`
      new ProcessPoolExecutor().submit(async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        console.log('done');
      });
    `);
    expect({ stdout, code }).toEqual({ stdout: 'done\n', code: 0 });
  });

  test('that was shut down without waiting still completes what was submitted', async () => {
    const { stdout, code } = await run(`
      const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
      const futures = [1, 2, 3].map((x) => pool.submit((y) => console.log(y), x));
      pool.shutdown({ wait: false });
    `);
    expect({ stdout, code }).toEqual({ stdout: '1\n2\n3\n', code: 0 });
  });
});

test('the event loop goes on while the processes work', async () => {
  await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
  const [begun, gate] = [new Semaphore(0), new Event()];
  const future = pool.submit(block, begun, gate);
  await begun.acquireAsync();
  await sleep(1);
  expect(future.done()).toBe(false);
  gate.set();
  await future;
});
