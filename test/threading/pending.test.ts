import { expect, test } from 'vitest';
import { runNode } from '../setup/children.js';

test('10,000 pending acquireAsync take no threads, and less than 40 MB', async () => {
  const { stdout, code } = await runNode([
    '--input-type=module',
    '-e',
    `
    import { readdirSync } from 'node:fs';
    import { Lock } from 'heddle/threading';
    const threads = () => process.platform === 'linux' ? readdirSync('/proc/self/task').length : 0;
    const lock = new Lock();
    lock.acquire();
    await lock.acquireAsync({ timeout: 0 });
    const [before, others] = [process.memoryUsage().rss, threads()];
    const waits = Array.from({ length: 10_000 }, () => lock.acquireAsync());
    await new Promise(setImmediate);
    console.log((process.memoryUsage().rss - before) / 1e6, threads() - others);
    for (const wait of waits) wait.then(() => lock.release());
    lock.release();
    await Promise.all(waits);
    console.log(lock.locked());
  `,
  ]);
  const [figures, end] = stdout.trim().split('\n') as [string, string];
  const [megabytes, threads] = figures.split(' ').map(Number) as [number, number];
  expect(megabytes).toBeLessThan(40);
  // Node's own pool may begin meanwhile; one for each would be thousands.
  expect(threads).toBeLessThan(10);
  expect({ end, code }).toEqual({ end: 'false', code: 0 });
});
