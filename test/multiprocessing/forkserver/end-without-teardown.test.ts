import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ends } from '../../fixtures/processes/ends.js';
import { runNode } from '../../setup/children.js';

const fixture = (name: string) => new URL(`../../fixtures/processes/${name}`, import.meta.url).href;

/** How a process ends that is started by that method; the program says so last. */
async function endOf(method: string, target: string, env = {}) {
  const { stdout, stderr, code } = await runNode(
    [
      '--input-type=module',
      '-e',
      `
      import { writeSync } from 'node:fs';
      import { getContext } from 'heddle/multiprocessing';
      import { ensureRunningAsync } from 'heddle/multiprocessing/forkserver';
      import { ends } from '${fixture('ends.js')}';
      const { Process } = getContext('${method}');
      if ('${method}' === 'forkserver' && !await ensureRunningAsync()) throw new Error('not forked');
      const child = new Process({ target: ends.${target}, name: 'it' });
      child.start();
      child.join();
      writeSync(1, 'pid ' + child.pid + ' exitcode ' + child.exitcode + '\\n');
      `,
    ],
    { env },
  );
  expect(code).toBe(0);
  const [, pid, exitcode] = /pid (\d+) exitcode (\S+)\n$/.exec(stdout) ?? [];
  // Without the places in heddle of a stack, which are not the same.
  const said = stderr.replace(/^ +at .*_chunks.*\n/gm, '');
  return { stdout: stdout.replace(/pid.*\n$/, ''), stderr: said, pid, exitcode };
}

describe('a forked process ends as a spawned one', () => {
  test.each(Object.keys(ends))('with %s', { timeout: 30_000 }, async (target) => {
    const [forked, spawned] = await Promise.all([
      endOf('forkserver', target),
      endOf('spawn', target),
    ]);
    const { pid: _, ...expected } = spawned;
    expect(forked).toMatchObject(expected);
    expect(expected.exitcode).toMatch(/^\d+$/);
  });

  test('with much output, which is whole', { timeout: 30_000 }, async () => {
    const { stdout, stderr } = await endOf('forkserver', 'muchOutput');
    expect(stdout.trimEnd().split('\n').map(Number)).toEqual([...Array(400).keys()]);
    expect(stderr).toBe('x'.repeat(300_000));
  });

  test('and writes the coverage that Node is asked for', { timeout: 30_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'heddle-coverage-'));
    try {
      const { pid } = await endOf('forkserver', 'listeners', { NODE_V8_COVERAGE: folder });
      const file = readdirSync(folder).find((name) => name.startsWith(`coverage-${pid}-`));
      const { result } = JSON.parse(readFileSync(join(folder, file as string), 'utf8'));
      const covered = result.find(({ url }: { url: string }) => url === fixture('ends.js'));
      const { ranges } = covered.functions.find(
        ({ functionName }: { functionName: string }) => functionName === 'listeners',
      );
      expect(ranges[0].count).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
