import { describe, expect, test } from 'vitest';
import { runNode } from '../../setup/children.js';

const run = (source: string) =>
  runNode([
    '--input-type=module',
    '-e',
    `
    import { readFileSync } from 'node:fs';
    import { Event, Process, setForkserverPreload } from 'heddle/multiprocessing';
    import { ensureRunningAsync } from 'heddle/multiprocessing/forkserver';
    const isForked = (pid) => readFileSync('/proc/' + pid + '/cmdline', 'latin1').includes('fork-server');
    function start() {
      const end = new Event();
      const child = new Process({ target: (over) => over.wait(), args: [end] });
      child.start();
      const forked = isForked(child.pid);
      end.set();
      child.join();
      return [forked, child.exitcode];
    }
    ${source}`,
  ]);

describe('where a copy of the server does not work', () => {
  const unforkable = new URL('../../fixtures/processes/unforkable.js', import.meta.url).href;

  test('processes are spawned, which the logger says once', { timeout: 40_000 }, async () => {
    const { stdout, stderr, code } = await run(`
      setForkserverPreload(['${unforkable}']);
      console.log(await ensureRunningAsync(), await ensureRunningAsync());
      console.log(start(), start(), start());
    `);
    expect(stdout).toBe('false false\n[ false, 0 ] [ false, 0 ] [ false, 0 ]\n');
    expect(stderr.match(/forkserver: .*/g)).toEqual([
      'forkserver: a forked process failed (exit code 3); processes are started by spawn',
    ]);
    expect(code).toBe(0);
  });

  test('so where a preloaded module ends the server', { timeout: 40_000 }, async () => {
    const { stdout, stderr, code } = await run(`
      setForkserverPreload(['data:text/javascript,process.exit()']);
      console.log(await ensureRunningAsync(), start());
    `);
    expect({ stdout, stderr, code }).toEqual({
      stdout: 'false [ false, 0 ]\n',
      stderr: 'forkserver: it ended while it started; processes are started by spawn\n',
      code: 0,
    });
  });

  test('the starts until then do not wait for it', { timeout: 40_000 }, async () => {
    const { stdout, code } = await run(`
      setForkserverPreload(['${unforkable}']);
      const all = [];
      while (all.length < 8) all.push(start());
      console.log(all.every(([forked, exitcode]) => !forked && exitcode === 0));
    `);
    expect({ stdout, code }).toEqual({ stdout: 'true\n', code: 0 });
  });
});
