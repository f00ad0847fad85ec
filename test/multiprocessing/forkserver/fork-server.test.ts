import { mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureRunningAsync } from 'heddle/multiprocessing/forkserver';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import {
  descriptors,
  numbers,
  startedWith,
  whereAndWhat,
} from '../../fixtures/processes/forked.js';
import { childrenOf, isRunning } from '../../hang/proc.js';
import { runNode } from '../../setup/children.js';
import { ask, askForked, serverPid, stateOf, untilGone } from '../../setup/forked-children.js';
import { endChildrenAfterEach, processesMarked } from '../../setup/processes.js';

endChildrenAfterEach();
beforeEach(async () => {
  expect(await ensureRunningAsync()).toBe(true);
});

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-fork-server-')));
afterAll(() => rmSync(folder, { recursive: true }));

const SOURCE = `
  import { existsSync } from 'node:fs';
  import { Event, internals, Process } from 'heddle/multiprocessing';
  import { ensureRunningAsync } from 'heddle/multiprocessing/forkserver';
  const { forkServer } = internals;
  await ensureRunningAsync();`;
const run = (source: string, env = {}) =>
  runNode(['--input-type=module', '-e', SOURCE + source], { env });

describe('a forked process', () => {
  test('has the environment and the working directory of its start', async () => {
    const before = serverPid();
    const [cwd, { PATH }] = [process.cwd(), process.env];
    process.env.HEDDLE_TEST_ADDED = 'ä=1';
    delete process.env.PATH;
    process.chdir(folder);
    try {
      const seen = await askForked<{ cwd: string; env: NodeJS.ProcessEnv }>(whereAndWhat);
      expect(seen).toEqual({ cwd: folder, env: { ...process.env } });
    } finally {
      process.chdir(cwd);
      delete process.env.HEDDLE_TEST_ADDED;
      process.env.PATH = PATH;
    }
    const { env } = await askForked<{ env: NodeJS.ProcessEnv }>(whereAndWhat);
    expect([env.HEDDLE_TEST_ADDED, env.PATH]).toEqual([undefined, PATH]);
    expect(serverPid()).toBe(before);
  });

  test('has no descriptor of its server’s, or of another child’s', async () => {
    const links = (pid: number) =>
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        try {
          return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
        } catch {
          return []; // Closed meanwhile.
        }
      });
    const control = readlinkSync(`/proc/${serverPid()}/fd/5`);
    expect(control).toMatch(/^socket:/);
    const [one, two] = await Promise.all([
      askForked<string[]>(descriptors),
      askForked<string[]>(descriptors),
    ]);
    expect(one).not.toContain(control);
    const [own, servers] = [links(process.pid), links(serverPid())];
    for (const socket of one.filter((link) => /^(socket|pipe):/.test(link))) {
      const isStandard = [0, 1, 2].some((fd) => readlinkSync(`/proc/self/fd/${fd}`) === socket);
      // The lifeline is one pipe for all: this process holds its other end.
      if (!isStandard && servers.includes(socket)) expect(own).toContain(socket);
    }
    expect(one.length).toBe(two.length);
  });

  test('leaves its server as it was, and no zombie, over 200 forks', {
    timeout: 60_000,
  }, async () => {
    // It may be forking ahead, for which it opens a folder: the fewest of several looks count.
    const count = async () => {
      const fewest = [Infinity, Infinity];
      for (let i = 0; i < 100; i++) {
        ['fd', 'task'].forEach((what, k) => {
          const { length } = readdirSync(`/proc/${serverPid()}/${what}`);
          fewest[k] = Math.min(fewest[k] as number, length);
        });
        await new Promise(setImmediate);
      }
      return fewest;
    };
    await askForked(numbers);
    const server = serverPid();
    const before = await count();
    const pids = new Set<number>();
    for (let i = 0; i < 50; i++) {
      const four = await Promise.all([1, 2, 3, 4].map(() => askForked<{ pid: number }>(numbers)));
      for (const { pid } of four) pids.add(pid);
    }
    expect(pids.size).toBe(200);
    expect(serverPid()).toBe(server);
    const [descriptors, threads] = await count();
    expect(threads).toBe(before[1]);
    // One more while it has waited for some time.
    expect(descriptors).toBeLessThanOrEqual((before[0] as number) + 1);
    expect(childrenOf(server)).toEqual([]);
    const zombies = childrenOf(process.pid).filter((pid) => !isRunning(pid));
    expect(zombies.filter((pid) => pids.has(pid))).toEqual([]);
  });
});

describe('a fork server', () => {
  const node = join(folder, 'node');
  symlinkSync(process.execPath, node);

  test.each<[string, () => () => void, object]>([
    [
      'process.execPath',
      () => {
        const { execPath } = process;
        process.execPath = node;
        return () => {
          process.execPath = execPath;
        };
      },
      {},
    ],
    [
      'process.execArgv',
      () => {
        process.execArgv.push('--stack-trace-limit=17');
        return () => process.execArgv.pop();
      },
      { limit: 17 },
    ],
    [
      'NODE_OPTIONS',
      () => {
        const { NODE_OPTIONS } = process.env;
        process.env.NODE_OPTIONS = '--stack-trace-limit=19';
        return () => {
          if (NODE_OPTIONS === undefined) delete process.env.NODE_OPTIONS;
          else process.env.NODE_OPTIONS = NODE_OPTIONS;
        };
      },
      { limit: 19 },
    ],
  ])(
    'gives way to another one when %s has changed',
    { timeout: 30_000 },
    async (_, change, seen) => {
      const before = serverPid();
      const undo = change();
      try {
        const spawned = ask(startedWith);
        expect(await spawned).toMatchObject({ forked: false, value: seen });
        expect(await ensureRunningAsync()).toBe(true);
        expect(serverPid()).not.toBe(before);
        expect(await askForked(startedWith)).toMatchObject(seen);
        await untilGone(before);
      } finally {
        undo();
      }
    },
  );

  test('that was killed is missed by nobody, and relaunched', async () => {
    const killed = serverPid();
    process.kill(killed, 'SIGKILL');
    await untilGone(killed);
    expect(await ask(numbers)).toMatchObject({ forked: false });
    // By that start.
    expect(serverPid()).not.toBe(killed);
    expect(await ensureRunningAsync()).toBe(true);
    await askForked(numbers);
  });

  test('that does not answer holds a start up for some seconds, and is replaced', {
    timeout: 30_000,
  }, async () => {
    const stopped = serverPid();
    process.kill(stopped, 'SIGSTOP');
    while (stateOf(stopped) !== 'T') await new Promise(setImmediate);
    const before = performance.now();
    let answered = await ask(numbers);
    // By a process that was forked ahead.
    if (answered.forked) answered = await ask(numbers);
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(answered).toMatchObject({ forked: false });
    await untilGone(stopped);
    expect(await ensureRunningAsync()).toBe(true);
    await askForked(numbers);
  });

  test('145: does not mind a SIGINT to the whole group, but its children do', async () => {
    const { stdout, code } = await run(`
      // The timer keeps the program alive, which a listener does not.
      const staying = setInterval(() => {}, 10_000);
      const interrupted = new Promise((resolve) => process.on('SIGINT', resolve));
      const server = forkServer.pid;
      const [begun, never] = [new Event(), new Event()];
      const target = (up, end) => { up.set(); end.wait(); };
      const child = new Process({ target, args: [begun, never], daemon: true });
      child.start();
      begun.wait();
      process.kill(-process.pid, 'SIGINT');
      await Promise.all([interrupted, child.joinAsync()]);
      const next = new Process({ target: () => {} });
      next.start();
      next.join();
      clearInterval(staying);
      console.log(child.exitcode, next.exitcode, forkServer.pid === server);
    `);
    expect({ stdout, code }).toEqual({ stdout: '-2 0 true\n', code: 0 });
  });

  test('is not taken for lost when a SIGINT comes while it forks, or before', async () => {
    const { stdout, code } = await run(`
      // The timer keeps the program alive, which a listener does not.
      const staying = setInterval(() => {}, 10_000);
      const interrupted = new Promise((resolve) => process.on('SIGINT', resolve));
      const server = forkServer.pid;
      const child = new Process({ target: () => {} });
      process.kill(process.pid, 'SIGINT');
      child.start();
      await Promise.all([interrupted, child.joinAsync()]);
      clearInterval(staying);
      console.log(child.exitcode, forkServer.pid === server);
    `);
    expect({ stdout, code }).toEqual({ stdout: '0 true\n', code: 0 });
  });

  test('ends with who has started it, however that ends, and so do its daemonic children', async () => {
    const mark = `${process.pid}-${performance.now()}`;
    const { stdout, signal } = await run(
      `
      const [begun, never] = [new Event(), new Event()];
      const target = (up, end) => { up.set(); end.wait(); };
      new Process({ target, args: [begun, never], daemon: true }).start();
      begun.wait();
      console.log(forkServer.isReady);
      process.kill(process.pid, 'SIGKILL');
      `,
      { HEDDLE_TEST_MARK: mark },
    );
    expect({ stdout, signal }).toEqual({ stdout: 'true\n', signal: 'SIGKILL' });
    while (processesMarked(mark).length > 0) await new Promise(setImmediate);
  });

  test('does not keep its program alive', async () => {
    const { stdout, code, timedOut } = await run(`console.log(forkServer.isReady);`);
    expect({ stdout, code, timedOut }).toEqual({ stdout: 'true\n', code: 0, timedOut: false });
  });
});
