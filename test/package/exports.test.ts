import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import * as heddle from 'heddle';
import * as threading from 'heddle/threading';
import { expect, test } from 'vitest';
import { runNode } from '../setup/children.js';

const dist = join(import.meta.dirname, '../../dist');

test('require() gives the same modules as import', () => {
  const require = createRequire(import.meta.url);
  expect(require('heddle/threading').Lock).toBe(threading.Lock);
  expect(require('heddle').threading.Lock).toBe(threading.Lock);
});

test('every way to a class leads to the same', () => {
  expect(heddle.threading.Thread).toBe(threading.Thread);
});

test('in a thread, too, a class is the one that the thread was started by', async () => {
  const { stdout, stderr } = await runNode([
    '--input-type=module',
    '-e',
    `import { Lock, Thread } from 'heddle/threading';
     const target = async (lock) => {
       const heddle = await import('heddle');
       const threading = await import('heddle/threading');
       console.log(
         heddle.threading.Thread === threading.Thread,
         lock instanceof threading.Lock,
       );
     };
     new Thread({ target, args: [new Lock()] }).start();`,
  ]);
  expect({ stdout, stderr }).toEqual({ stdout: 'true true\n', stderr: '' });
});

test('no module is in two files of the package', () => {
  const maps = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js.map'),
  );
  const sources = maps.flatMap((file): string[] => {
    const map = JSON.parse(readFileSync(join(dist, file), 'utf8'));
    return map.sources.map((source: string) => join(dist, file, '..', source));
  });
  expect(sources.map((source) => basename(source))).toContain('thread.ts');
  expect(sources.filter((source, index) => sources.indexOf(source) !== index)).toEqual([]);
});

test('stack traces lead to the sources where they are asked for', async () => {
  const { stdout } = await runNode([
    '--enable-source-maps',
    '--input-type=module',
    '-e',
    `import { Thread } from 'heddle/threading';
     try { new Thread().join(); } catch (error) { console.log(error.stack); }`,
  ]);
  const [, line] = /lib\/threading\/thread\.ts:(\d+)/.exec(stdout) ?? [];
  const source = readFileSync(join(dist, '../lib/threading/thread.ts'), 'utf8').split('\n');
  expect(source[Number(line) - 1]).toContain('cannot join thread before it is started');
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

test('a Worker may be the only one that loads it', async () => {
  const { code, signal } = await runNode([
    '--input-type=commonjs',
    '-e',
    `const { Worker } = require('node:worker_threads');
     new Worker("require('heddle/threading')", { eval: true });`,
  ]);
  expect({ code, signal }).toEqual({ code: 0, signal: null });
});
