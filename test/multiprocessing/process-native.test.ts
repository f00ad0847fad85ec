import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { FileNotFoundError } from 'heddle/errors';
import { describe, expect, test } from 'vitest';
import {
  addon,
  Outcome,
  type SpawnOptions,
  spawnProcess,
  waitAsync,
} from '../../dist/_native/index.js';
import { isRunning } from '../hang/proc.js';
import { track } from '../setup/children.js';

const FOR_EVER = -1;
const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/processes/${name}`, import.meta.url));

function program(...args: string[]): SpawnOptions {
  return { file: args[0] as string, args, daemon: true };
}
const node = (code: string) => program(process.execPath, '-e', code);

/** A program of test/fixtures/processes, and the pid that its child says. */
async function startFixture(name: string, ...args: string[]) {
  const parent = spawn(process.execPath, [fixture(name), ...args], { detached: true });
  track(parent);
  const ended = once(parent, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const closed = once(parent, 'close');
  let text = '';
  const said = () => text.split('\n').slice(0, -1);
  parent.stdout.setEncoding('utf8');
  while (said().length === 0) text += (await once(parent.stdout, 'data'))[0];
  parent.stdout.on('data', (more: string) => {
    text += more;
  });
  return { parent, ended, closed, said, child: Number(said()[0]?.split(' ')[1]) };
}

async function gone(pid: number): Promise<number> {
  const begun = performance.now();
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 2));
  return performance.now() - begun;
}

describe('a child process', () => {
  test('is joined by a blocked main thread, with its exit code', () => {
    const child = spawnProcess(node('process.exitCode = 7'));
    expect(child.isAlive()).toBe(true);
    expect(child.exitCode).toBe(null);
    expect(addon.livingChildren()).toContain(child.pid);
    expect(child.join(0)).toBe(Outcome.timedOut);
    expect(child.close()).toBe(false);
    expect(child.join(FOR_EVER)).toBe(Outcome.done);
    expect(child.exitCode).toBe(7);
    expect(child.isAlive()).toBe(false);
    expect(addon.livingChildren()).not.toContain(child.pid);
    expect(child.close()).toBe(true);
    expect(child.sentinel).toBe(-1);
  });

  test('is joined without blocking, by many at once, and with a time limit', async () => {
    const child = spawnProcess(program('sleep', '60'));
    const join = (seconds = FOR_EVER) => waitAsync((id) => child.joinAsync(id), { seconds });
    expect(await join(0.02)).toBe(false);
    const joins = Array.from({ length: 20 }, () => join());
    child.signal(15);
    expect(await Promise.all(joins)).toEqual(Array(20).fill(true));
    expect(child.exitCode).toBe(-15);
    expect(await join()).toBe(true);
    child.signal(15);
  });

  test('that cannot start is an OSError with the file, and leaves nothing', () => {
    spawnProcess(program('true')).join(FOR_EVER);
    const before = readdirSync('/proc/self/fd').length;
    const living = addon.livingChildren().length;
    expect(() => spawnProcess(program('/nonexistent/program'))).toThrow(FileNotFoundError);
    expect(() => spawnProcess({ ...program('true'), cwd: '/nonexistent' })).toThrow(
      expect.objectContaining({ filename: '/nonexistent', syscall: 'chdir' }),
    );
    expect(() => spawnProcess(program('true', 'a\0b'))).toThrow(TypeError);
    expect(addon.livingChildren()).toHaveLength(living);
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });

  test('has the environment and the directory that it is given', () => {
    const child = spawnProcess({
      ...node('process.exit(process.cwd() === "/usr" && process.env.A === "ä" ? 0 : 1)'),
      env: ['A=ä'],
      cwd: '/usr',
    });
    child.join(FOR_EVER);
    expect(child.exitCode).toBe(0);
  });

  test('tells a channel of its end', () => {
    const channel = addon.createChannel(false, 0);
    const child = spawnProcess(program('false'));
    child.setLastWords(channel, 3, 99);
    channel.take(FOR_EVER);
    expect(child.exitCode).toBe(1);
  });

  test('is started and joined in a Worker', async () => {
    const worker = new Worker(
      `import { parentPort } from 'node:worker_threads';
       import { spawnProcess } from ${JSON.stringify(new URL('../../dist/_native/index.js', import.meta.url).href)};
       const child = spawnProcess({ file: process.execPath, args: ['node', '-e', 'process.exit(4)'], daemon: true });
       parentPort.postMessage([child.join(-1), child.exitCode]);`,
      { eval: true, execArgv: ['--input-type=module'] },
    );
    expect((await once(worker, 'message'))[0]).toEqual([Outcome.done, 4]);
    await worker.terminate();
  });

  test('is known by its start time', () => {
    const child = spawnProcess(program('sleep', '60'));
    expect(addon.processStartTime(child.pid)).toBeGreaterThan(0);
    child.signal(9);
    child.join(FOR_EVER);
    expect(addon.processStartTime(child.pid)).toBe(undefined);
  });
});

test('a join is interrupted by a SIGINT that the program listens to', async () => {
  const { parent, closed, said } = await startFixture('interrupted.js');
  await new Promise((resolve) => setTimeout(resolve, 50));
  parent.kill('SIGINT');
  await closed;
  expect(said().slice(1)).toEqual(['KeyboardInterrupt', 'listener ran 1', '-9 0']);
});

describe.each(['busy', 'blocked', 'idle'])('a daemonic child that is %s', (way) => {
  test('is gone when its parent exits', async () => {
    const { parent, ended, child } = await startFixture('parent.js', 'exits', 'stay', way);
    parent.stdin.write('go\n');
    expect((await ended)[0]).toBe(0);
    expect(isRunning(child)).toBe(false);
  });

  test('is gone a moment after its parent was killed', async () => {
    const { parent, ended, child } = await startFixture('parent.js', 'killed', 'follow', way);
    parent.stdin.write('go\n');
    expect((await ended)[1]).toBe('SIGKILL');
    expect(await gone(child)).toBeLessThan(1000);
  });
});

describe.each([
  ['ends', 0],
  ['throws', 1],
])('a daemonic child of a parent that %s', (ending, code) => {
  test('is gone when the parent is', async () => {
    const { parent, ended, child } = await startFixture('parent.js', ending, 'stay', 'idle');
    parent.stdin.write('go\n');
    expect((await ended)[0]).toBe(code);
    expect(isRunning(child)).toBe(false);
  });
});

test('exitNow ends the process with its code, and its children by their lifelines', async () => {
  const { parent, ended, child } = await startFixture('parent.js', 'now', 'follow', 'busy');
  parent.stdin.write('go\n');
  expect((await ended)[0]).toBe(5);
  expect(await gone(child)).toBeLessThan(1000);
});

test('a child that does not follow its parent can wait for its end', async () => {
  const { parent, closed, said } = await startFixture('parent.js', 'killed', 'stay', 'joins');
  parent.stdin.write('go\n');
  await closed;
  expect(said()[1]).toBe('joined 0 false null');
});
