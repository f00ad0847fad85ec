import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Program } from './program.js';

describe.each(['blocking', 'async'])('process.exit() (%s)', (how) => {
  test('in a task of a pool breaks the pool', async () => {
    const program = new Program('pool-exits.js', [how]);
    const { code, lines, hungIn } = await program.ended();
    expect({ code, hungIn }).toEqual({ code: 0, hungIn: '' });
    expect(lines).toEqual([
      'before: 42',
      'task: BrokenThreadPool',
      'task: BrokenThreadPool',
      'task: BrokenThreadPool',
      'submit: BrokenThreadPool',
      'shut down',
    ]);
  });

  test('in a thread ends the thread only', async () => {
    const program = new Program('thread-exits.js', [how]);
    const { code, lines, hungIn } = await program.ended();
    expect({ code, hungIn }).toEqual({ code: 0, hungIn: '' });
    expect(lines).toEqual(['alive: false', 'LockAbandonedError', 'spoken']);
  });
});

describe.each(['exit', 'throw'])('a thread that dies while it boots (%s)', (death) => {
  const preload = fileURLToPath(new URL('../fixtures/hang/dies-in-workers.cjs', import.meta.url));
  const outcomes = {
    join: 'returned',
    joinAsync: 'returned',
    result: 'BrokenThreadPool',
    resultAsync: 'BrokenThreadPool',
    shutdown: 'returned',
  };

  test.each(Object.entries(outcomes))('does not hang %s', async (wait, outcome) => {
    const program = new Program('boots-dead.js', [wait], {
      execArgv: ['--require', preload],
      env: { HEDDLE_TEST_DEATH: death },
    });
    const { code, lines, hungIn } = await program.ended();
    expect({ code, hungIn }).toEqual({ code: 0, hungIn: '' });
    expect(lines).toEqual([outcome, expect.stringMatching(/^after \d{1,3} ms$/)]);
  });
});
