import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Event, getContext, setForkserverPreload } from 'heddle/multiprocessing';
import { wait } from 'heddle/multiprocessing/connection';
import { ensureRunningAsync } from 'heddle/multiprocessing/forkserver';
import { describe, expect, test } from 'vitest';
import { features, use } from '../../fixtures/processes/features.js';
import { numbers, preloadedIn } from '../../fixtures/processes/forked.js';
import { runNode } from '../../setup/children.js';
import { askForked, serverPid } from '../../setup/forked-children.js';
import { endChildrenAfterEach, expectForked, isForked } from '../../setup/processes.js';

endChildrenAfterEach();
expectForked();

const { Process: Started } = getContext('forkserver');
// biome-ignore lint/suspicious/noExplicitAny: any function can be a target
type Target = (...args: any[]) => unknown;
function start(target: Target, ...args: unknown[]) {
  const child = new Started({ target, args, daemon: true });
  child.start();
  return child;
}

describe('a forked process', () => {
  test('is a child of who has started it, with a number of its own', async () => {
    const seen = await askForked<{ pid: number; ppid: number }>(numbers);
    expect(seen.ppid).toBe(process.pid);
    expect(seen.pid).not.toBe(serverPid());
    const child = start((pid: number) => process.exit(process.pid === pid ? 1 : 0), serverPid());
    child.join();
    expect(child.exitcode).toBe(0);
  });

  test.each([0, 3, 255])('ends with the exit code %i', (code) => {
    const child = start((n: number) => process.exit(n), code);
    child.join();
    expect(child.exitcode).toBe(code);
  });

  test.each([
    ['SIGTERM', -15],
    ['SIGKILL', -9],
    ['SIGINT', -2],
    ['SIGSEGV', -11],
  ])('ended by %s has the exit code %i, and its sentinel tells', (signal, exitcode) => {
    const [begun, never] = [new Event(), new Event()];
    const target = (up: Event, end: Event) => {
      up.set();
      end.wait();
    };
    const child = start(target, begun, never);
    begun.wait();
    expect(isForked(child.pid)).toBe(true);
    expect(wait([child.sentinel], 0)).toEqual([]);
    process.kill(child.pid as number, signal);
    expect(wait([child.sentinel], 10)).toEqual([child.sentinel]);
    child.join();
    expect(child.exitcode).toBe(exitcode);
  });

  test.each(Object.keys(features))('can use %s', { timeout: 20_000 }, async (name) => {
    expect(await askForked(use, name)).toBe(true);
  });

  test('can fork children of its own, and they theirs', { timeout: 30_000 }, async () => {
    const { stdout, stderr, code } = await runNode([
      '--input-type=module',
      '-e',
      `
      import { readFileSync } from 'node:fs';
      import { Process } from 'heddle/multiprocessing';
      import { ensureRunning } from 'heddle/multiprocessing/forkserver';
      const grow = (depth) => {
        const command = readFileSync('/proc/self/cmdline', 'latin1').split('\\0');
        console.log(depth, command.some((word) => word.endsWith('/fork-server.cjs')));
        if (depth === 3 || !ensureRunning()) return;
        const children = [1, 2].map(() => new Process({ target: grow, args: [depth + 1] }));
        for (const child of children) child.start();
        for (const child of children) child.join();
        if (children.some((child) => child.exitcode !== 0)) process.exit(1);
      };
      grow(0);
      `,
    ]);
    const lines = stdout.trim().split('\n').sort();
    const forked = [1, 2, 3].flatMap((depth) => Array(2 ** depth).fill(`${depth} true`));
    expect({ lines, stderr, code }).toEqual({ lines: ['0 false', ...forked], stderr: '', code: 0 });
  });
});

describe('modules that shall be preloaded', () => {
  test('are loaded once, in the server', { timeout: 30_000 }, async () => {
    const module = new URL('../../fixtures/processes/preloaded.js', import.meta.url);
    setForkserverPreload([module.href]);
    expect(await ensureRunningAsync()).toBe(true);
    expect(await Promise.all([1, 2, 3].map(() => askForked(preloadedIn)))).toEqual(
      Array(3).fill(serverPid()),
    );
    setForkserverPreload([]);
    expect(await ensureRunningAsync()).toBe(true);
    expect(await askForked(preloadedIn)).toBe(null);
  });

  test('may be packages of the program; of missing ones there is a warning', {
    timeout: 30_000,
  }, async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-preload-')));
    const loom = join(folder, 'node_modules/loom');
    mkdirSync(loom, { recursive: true });
    writeFileSync(join(loom, 'package.json'), '{ "main": "loom.js" }');
    writeFileSync(join(loom, 'loom.js'), 'globalThis.loomIn = process.pid;');
    const main = join(folder, 'main.mjs');
    const heddle = new URL('../../../dist/multiprocessing/', import.meta.url).href;
    writeFileSync(
      main,
      `
      import { internals, Process, setForkserverPreload } from '${heddle}index.js';
      import { ensureRunning } from '${heddle}forkserver/index.js';
      setForkserverPreload(['./absent.js', 'loom', 'no-such-package']);
      const ready = ensureRunning();
      const target = (pid) => process.exit(globalThis.loomIn === pid ? 7 : 1);
      const child = new Process({ target, args: [internals.forkServer.pid] });
      child.start();
      child.join();
      console.log(ready, child.exitcode);
      `,
    );
    try {
      const { stdout, stderr, code } = await runNode([main], { cwd: tmpdir() });
      expect({ stdout, code }).toEqual({ stdout: 'true 7\n', code: 0 });
      expect(stderr.match(/forkserver: \S+ cannot be preloaded/g)).toEqual([
        expect.stringMatching(/absent.js cannot/),
        'forkserver: no-such-package cannot be preloaded',
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
