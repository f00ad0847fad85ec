import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runNode } from '../setup/children.js';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));

/** What each prints, as its comments say. */
const outputs: Record<string, string> = {
  'async.js': 'the sum is 50000005000000\nTimeoutError\n',
  'coverage.js':
    ' 1   const found = { small: 0, large: 0, negative: 0 };\n 3   for (const number of numbers) {\n',
  'forkserver/main.js':
    '97 is a prime\n7919 is a prime\n999983 is a prime\n9999991 is a prime\n9999993 is no prime\nloaded 1 time\n',
  'lock.js': 'counted to 400000\n',
  'philosophers.js': 'a circle of 5 was found\n5 have eaten\n',
  'pool.js': 'the largest is 5\n9592 primes\n',
  'process.js': 'counted to 20000\nwaiting ended by signal 15\n',
  'process-pool.js':
    'true 10\nthe sum is 9999900000\nBrokenProcessPool: A child process terminated abruptly',
};

describe('the example', () => {
  test('is one of those that are tested', () => {
    const programs = readdirSync(examples).filter((name) => name.endsWith('.js'));
    expect(Object.keys(outputs)).toEqual(expect.arrayContaining(programs));
  });

  test.each(Object.entries(outputs))('%s prints what it says', async (name, output) => {
    const { stdout, stderr, code } = await runNode([join(examples, name)]);
    expect(stderr).toBe('');
    expect(stdout.slice(0, output.length)).toBe(output);
    expect(code).toBe(0);
  });
});
