import { createRequire } from 'node:module';
import * as threading from 'heddle/threading';
import { expect, test } from 'vitest';
import { runNode } from '../setup/children.js';

test('require() gives the same modules as import', () => {
  const require = createRequire(import.meta.url);
  expect(require('heddle/threading').Lock).toBe(threading.Lock);
  expect(require('heddle').threading.Lock).toBe(threading.Lock);
});

test('a CommonJS program can use it', async () => {
  const { stdout, code } = await runNode([
    '--input-type=commonjs',
    '-e',
    `const { ThreadPoolExecutor } = require('heddle/concurrent/futures');
     const pool = new ThreadPoolExecutor();
     console.log(pool.submit((x) => x + 1, 41).result());`,
  ]);
  expect({ stdout, code }).toEqual({ stdout: '42\n', code: 0 });
});
