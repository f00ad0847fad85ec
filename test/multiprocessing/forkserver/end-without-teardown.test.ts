import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ends } from '../../fixtures/processes/ends.js';
import { runNode } from '../../setup/children.js';

const fixture = new URL('../../fixtures/processes/ends.js', import.meta.url).href;

interface End {
  stdout: string;
  stderr: string;
  exitcode: number;
  pid: number;
}

/** How processes end that are started by that method, one for each target. */
async function endsOf(method: string, targets: string[], env = {}): Promise<Map<string, End>> {
  const { stdout, stderr, code } = await runNode(
    [
      '--input-type=module',
      '-e',
      `
      import { writeSync } from 'node:fs';
      import { getContext } from 'heddle/multiprocessing';
      import { ensureRunningAsync } from 'heddle/multiprocessing/forkserver';
      import { ends } from '${fixture}';
      const { Process } = getContext('${method}');
      if ('${method}' === 'forkserver' && !await ensureRunningAsync()) throw new Error('not forked');
      for (const name of ${JSON.stringify(targets)}) {
        const child = new Process({ target: ends[name], name: 'it' });
        child.start();
        child.join();
        writeSync(1, '=== ' + child.exitcode + ' ' + child.pid + '\\n');
        writeSync(2, '===\\n');
      }
      `,
    ],
    { env, timeout: 40 },
  );
  expect(code).toBe(0);
  // Without the places in heddle of a stack, which are not the same.
  const errors = stderr.replace(/^ +at .*_chunks.*\n/gm, '').split('===\n');
  const outputs = stdout.split(/=== (\d+) (\d+)\n/);
  return new Map(
    targets.map((name, i) => [
      name,
      {
        stdout: outputs[3 * i] as string,
        stderr: errors[i] as string,
        exitcode: Number(outputs[3 * i + 1]),
        pid: Number(outputs[3 * i + 2]),
      },
    ]),
  );
}

describe('a forked process ends as a spawned one', () => {
  let [forked, spawned] = [new Map<string, End>(), new Map<string, End>()];
  beforeAll(async () => {
    const all = Object.keys(ends);
    [forked, spawned] = await Promise.all([endsOf('forkserver', all), endsOf('spawn', all)]);
  }, 50_000);

  test.each(Object.keys(ends))('with %s', (target) => {
    const { pid: _, ...expected } = spawned.get(target) as End;
    expect(forked.get(target)).toMatchObject(expected);
  });

  test('with an error that nobody has caught, and prints it', () => {
    expect(forked.get('uncaughtError')).toMatchObject({
      stdout: 'first 1\n',
      stderr: expect.stringContaining('TypeError: from a callback\n'),
      exitcode: 1,
    });
  });

  test('with much output, which is whole', () => {
    const { stdout, stderr } = forked.get('muchOutput') as End;
    expect(stdout.trimEnd().split('\n').map(Number)).toEqual([...Array(400).keys()]);
    expect(stderr).toBe('x'.repeat(300_000));
  });
});

test('a forked process writes the coverage that Node is asked for', {
  timeout: 30_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-coverage-'));
  try {
    const env = { NODE_V8_COVERAGE: folder };
    const { pid } = (await endsOf('forkserver', ['listeners'], env)).get('listeners') as End;
    const file = readdirSync(folder).find((name) => name.startsWith(`coverage-${pid}-`));
    const { result } = JSON.parse(readFileSync(join(folder, file as string), 'utf8'));
    const covered = result.find(({ url }: { url: string }) => url === fixture);
    const { ranges } = covered.functions.find(
      ({ functionName }: { functionName: string }) => functionName === 'listeners',
    );
    expect(ranges[0].count).toBe(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
