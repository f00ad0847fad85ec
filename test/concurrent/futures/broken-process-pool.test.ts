import { BrokenProcessPool, type Future, ProcessPoolExecutor } from 'heddle/concurrent/futures';
import { Event, Semaphore } from 'heddle/multiprocessing';
import { describe, expect, test } from 'vitest';
import { addon } from '../../../dist/_native/index.js';
import { answer, block, die, lengthOf, same, spin } from '../../fixtures/processes/pool-tasks.js';
import { ABRUPTLY, pidsOf } from './pool-processes.js';

/** Everything of the pool is at its end, and no process is left. */
async function expectBroken(
  pool: ProcessPoolExecutor,
  pids: number[],
  futures: Future[],
  how: string,
) {
  const message = `${ABRUPTLY} (${how})`;
  for (const future of futures) {
    const error = (await future.exceptionAsync()) as BrokenProcessPool;
    expect(error).toBeInstanceOf(BrokenProcessPool);
    expect(error.message).toBe(message);
  }
  expect(() => pool.submit(answer)).toThrow(BrokenProcessPool);
  expect(() => pool.map(same, [1])).toThrow(BrokenProcessPool);
  pool.shutdown();
  await pool.shutdownAsync();
  // Joined: not even a zombie is there.
  for (const one of pids) expect(() => process.kill(one, 0)).toThrow(/ESRCH/);
  expect(addon.livingChildren().filter((one) => pids.includes(one))).toEqual([]);
}

describe('ProcessPoolExecutor: when one of its processes ends before its time', () => {
  test.each([
    ['SIGKILL', 'by signal 9'],
    ['SIGSEGV', 'by signal 11'],
    ['exit', 'with exit code 3'],
  ] as const)('in a task (%s), all that has no result fails at once', async (way, how) => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 2 });
    const pids = await pidsOf(pool, 2);
    const [begun, never] = [new Semaphore(0), new Event()];
    const busy = pool.submit(block, begun, never);
    begun.acquire();
    const futures = [busy, pool.submit(die, way), ...[1, 2, 3].map((x) => pool.submit(same, x))];
    await expectBroken(pool, pids, futures as Future[], how);
  });

  test('by a kill while it is busy, the others, busy too, are ended', async () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 2 });
    const pids = await pidsOf(pool, 2);
    const begun = new Semaphore(0);
    const futures = [pool.submit(spin, begun), pool.submit(spin, begun), pool.submit(answer)];
    begun.acquire();
    begun.acquire();
    process.kill(pids[0] as number, 'SIGKILL');
    await expectBroken(pool, pids, futures as Future[], 'by signal 9');
  });

  test('by a kill while it is idle, later tasks fail', async () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 2 });
    const pids = await pidsOf(pool, 2);
    process.kill(pids[0] as number, 'SIGKILL');
    // It is seen when something else is done with the pool.
    let error: unknown = null;
    while (error === null) {
      try {
        error = await pool.submit(answer).exceptionAsync();
      } catch (refused) {
        error = refused;
      }
    }
    expect(error).toBeInstanceOf(BrokenProcessPool);
    await expectBroken(pool, pids, [], 'by signal 9');
  });

  test('a blocked main thread learns of it, too, in result() and in shutdown()', async () => {
    for (const wait of ['result', 'shutdown']) {
      const pool = new ProcessPoolExecutor({ maxWorkers: 2 });
      const pids = await pidsOf(pool, 2);
      const [begun, never] = [new Semaphore(0), new Event()];
      const futures = [pool.submit(block, begun, never), pool.submit(block, begun, never)];
      begun.acquire();
      begun.acquire();
      const pending = [...Array(5)].map(() => pool.submit(die, 'SIGKILL'));
      process.kill(pids[0] as number, 'SIGKILL');
      if (wait === 'shutdown') pool.shutdown();
      for (const future of [...futures, ...pending]) {
        expect(() => future.result()).toThrow(BrokenProcessPool);
      }
      pool.shutdown();
      expect(addon.livingChildren().filter((one) => pids.includes(one))).toEqual([]);
    }
  });

  test('an iteration over map() ends with the error', async () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 2 });
    const results = pool.map(
      (x: number) => (x === 20 ? process.kill(process.pid, 9) : x),
      [...Array(50).keys()],
    );
    expect(() => [...results]).toThrow(BrokenProcessPool);
    pool.shutdown();
  });

  test.each(['before', 'after'])(
    'a huge argument does not hang, submitted %s the kill',
    { timeout: 60_000 },
    async (when) => {
      const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
      const [only] = await pidsOf(pool, 1);
      const huge = new Uint8Array(100 << 20);
      const futures: Future[] = [];
      const submit = () => {
        try {
          futures.push(pool.submit(lengthOf, huge) as Future);
        } catch (error) {
          expect(error).toBeInstanceOf(BrokenProcessPool);
        }
      };
      if (when === 'before') submit();
      process.kill(only as number, 'SIGKILL');
      submit();
      await expectBroken(pool, [only as number], futures, 'by signal 9');
    },
  );

  test('other executors go on', async () => {
    await using good = new ProcessPoolExecutor({ maxWorkers: 1 });
    expect(good.submit(answer).result()).toBe(42);
    const bad = new ProcessPoolExecutor({ maxWorkers: 1 });
    expect(bad.submit(die, 'SIGKILL').exception()).toBeInstanceOf(BrokenProcessPool);
    bad.shutdown();
    expect(good.submit(answer).result()).toBe(42);
  });
});
