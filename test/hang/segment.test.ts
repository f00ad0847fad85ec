import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isRunning, keeperOf } from './proc.js';
import { Program } from './program.js';

const ENDS = ['exit', 'natural', 'uncaught', 'SIGINT', 'SIGTERM', 'SIGKILL'] as const;

describe.each(['main', 'thread'])(
  'shared memory with a name, created in the %s thread',
  (where) => {
    test.concurrent.each(ENDS)('%s leaves neither it nor the keeper', async (end) => {
      const name = `heddle-test-${randomUUID()}`;
      const program = new Program('segment.js', [where, name, end]);
      await program.said(`name ${name}`);
      await checkEnd(program, name, end);
    });
  },
);

test.each(ENDS)('a name that was made up is not left by %s', async (end) => {
  const program = new Program('segment.js', ['main', '', end]);
  const said = /^name (psm_.*)$/;
  await until(() => program.lines.some((line) => said.test(line)));
  const name = program.lines.map((line) => said.exec(line)?.[1]).find(Boolean) as string;
  await checkEnd(program, name, end);
});

async function checkEnd(program: Program, name: string, end: (typeof ENDS)[number]) {
  expect(readdirSync('/dev/shm')).toContain(name);
  const keeper = await keeperOf(program.pid);
  if (end.startsWith('SIG')) program.kill(end as NodeJS.Signals);
  else program.go();
  const { hungIn, code, signal } = await program.ended();
  const expected = { exit: 7, natural: 0, uncaught: 1 }[end as string] ?? null;
  expect({ hungIn, code }).toEqual({ hungIn: '', code: expected });
  expect(signal).toBe(end.startsWith('SIG') ? end : null);
  await until(() => !readdirSync('/dev/shm').includes(name));
  await until(() => !isRunning(keeper));
}

/** The test's own time-out ends it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
