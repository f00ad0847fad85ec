import { ThreadPoolExecutor } from 'heddle/concurrent/futures';
import { Event, Lock } from 'heddle/threading';
import { expect, test } from 'vitest';
import { executorContract } from '../../contracts/executor.js';
import { runNode } from '../../setup/children.js';

executorContract({
  name: 'ThreadPoolExecutor',
  make: (options) => new ThreadPoolExecutor(options),
  makeLock: () => new Lock(),
  makeEvent: () => new Event(),
});

test('a program ends when its futures are done, without a shutdown', async () => {
  const { stdout, code } = await runNode([
    '--input-type=module',
    '-e',
    `import { ThreadPoolExecutor } from 'heddle/concurrent/futures';
     const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
     for (let i = 0; i < 5; i++) pool.submit((x) => x, i).then((x) => console.log(x));`,
  ]);
  expect(stdout.trim().split('\n').sort()).toEqual(['0', '1', '2', '3', '4']);
  expect(code).toBe(0);
});

test('a program waits for tasks that nobody looks at', async () => {
  const { stdout, code } = await runNode([
    '--input-type=module',
    '-e',
    `import { ThreadPoolExecutor } from 'heddle/concurrent/futures';
     new ThreadPoolExecutor().submit(async () => {
       await new Promise((resolve) => setTimeout(resolve, 50));
       console.log('done');
     });`,
  ]);
  expect({ stdout, code }).toEqual({ stdout: 'done\n', code: 0 });
});
