import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const hasPermission = major > 23 || (major === 23 && minor >= 5);
const stripsTypes = major > 22 || (major === 22 && minor >= 18);

/** Runs a fixture as a program and reads its lines of JSON. */
async function run(name: string, ...flags: string[]): Promise<unknown[]> {
  const file = fileURLToPath(new URL(`../../fixtures/functions/${name}`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, file]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('what the entry of a program exports', () => {
  test.each([
    ['goes by value', []],
    ['goes by value under --inspect', ['--inspect=0']],
  ])('%s', async (_, flags) => {
    const [job, greedy] = await run('entry.js', ...flags);
    expect(job).toMatchObject({ kind: 'value', line: 4 });
    expect(greedy).toMatchObject({
      kind: 'value',
      imports: [{ local: 'fileURLToPath', url: 'node:url', name: 'fileURLToPath' }],
      variables: ['job'],
      same: true,
    });
  });

  test('goes by value in a thread that has it as its entry', async () => {
    const [job] = await run('starts-entry.cjs');
    expect(job).toMatchObject({ kind: 'value', line: 4 });
  });
});

test.runIf(hasPermission)('without the inspector, what needs no file still travels', async () => {
  expect(await run('denied.cjs', '--permission', '--allow-fs-read=*', '--allow-addons')).toEqual([
    ['named', ['reference', 'commonjs', ['named'], 'function']],
    ['builtin', ['reference', 'builtin', ['join'], 'function']],
    ['free', ['value', null, null, 'function']],
    ['sloppy', expect.stringContaining('the variable `captured` of its surroundings (line 2 of')],
    ['bound', expect.stringContaining('it is a bound function, and the inspector is denied')],
    ['meets', ['value', null, null, 'function']],
    ['relative', expect.stringContaining('it imports a path relative to its file')],
  ]);
});

test.runIf(stripsTypes)('a function of a TypeScript file keeps its place', async () => {
  const [result, stack, captured] = await run('runs-typed.js');
  expect(result).toBe(3);
  expect(captured).toBe('9 number b');
  expect(stack).toMatch(/typed\.ts:8:11/);
});

describe('what captures something', () => {
  const answers = [
    ['even', [true, false]],
    ['derived', ['base 2', 2, [true]]],
    ['state', 2],
    ['imported', ['number', true]],
    ['awaited', 'awaited'],
    [
      'fails',
      ['Error: factor 2', expect.stringMatching(/at (Object\.)?fails both-ways\.js:\d+:13\)$/)],
    ],
  ];

  test('goes to a Worker and comes back', async () => {
    // The Worker parsed nothing, neither when it made the functions nor when it sent one on.
    const parsers = ['parsers', 0, false, 2];
    expect(await run('both-ways.js')).toEqual([...answers, parsers, ...answers]);
  });

  test('may use the variables of the entry, which does not run again', async () => {
    const job = ['job', ['cjs', false]];
    expect(await run('entry.cjs')).toEqual(['run', [['helper']], job]);
  });

  test('goes otherwise than by the rule where that was chosen', async () => {
    expect(await run('chooses.js')).toEqual([
      ['value', 'value', 'reference', 'value'],
      ['reference', 'reference', 'reference', 'value'],
      ['value', 'reference', 'value', 'value'],
      [null, ['count'], true],
      'function inner cannot travel: no module exports it; export it, or send it by value',
      'not a file: URL or an absolute path: shared.js',
      ['value', 'ERR_MODULE_NOT_FOUND'],
      true,
    ]);
  });
});
