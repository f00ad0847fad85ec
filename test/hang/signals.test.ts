import { describe, expect, test } from 'vitest';
import { runNode } from '../setup/children.js';
import { Program } from './program.js';

const WAITS = [
  'acquire',
  'semaphore',
  'wait',
  'condition',
  'barrier',
  'join',
  'result',
  'shutdown',
];

describe.each(WAITS)('the main thread, blocked in %s', (wait) => {
  test('gets a KeyboardInterrupt for each SIGINT that it listens to, and the listener runs', async () => {
    const program = new Program('listens.js', ['SIGINT', wait]);
    for (const round of [1, 2]) {
      await program.said(`blocked ${round}`);
      await program.blocked(1);
      program.kill('SIGINT');
      await program.said('KeyboardInterrupt', round);
    }
    await program.said('blocked 3');
    program.go();
    const { code, lines, hungIn } = await program.ended();
    expect({ code, hungIn }).toEqual({ code: 0, hungIn: '' });
    expect(lines.slice(-2)).toEqual(['returned', 'listener ran 2']);
  });

  test('waits on when a SIGTERM comes that it listens to, and the listener runs afterwards', async () => {
    const program = new Program('listens.js', ['SIGTERM', wait]);
    await program.said('blocked 1');
    await program.blocked(1);
    program.kill('SIGTERM');
    // Time for a wrong end of the wait to show.
    await new Promise((resolve) => setTimeout(resolve, 50));
    program.go();
    const { code, lines, hungIn } = await program.ended();
    expect({ code, hungIn }).toEqual({ code: 0, hungIn: '' });
    expect(lines).toEqual(['blocked 1', 'returned', 'listener ran 1']);
  });
});

test('a blocked main thread misses no SIGINT, however often the loop has read one before', async () => {
  const { stdout, code } = await runNode([
    '--input-type=module',
    '-e',
    `
    import { Event } from 'heddle/threading';
    const event = new Event();
    let [thrown, heard] = [0, 0];
    process.on('SIGINT', () => heard++);
    for (let i = 0; i < 50; i++) {
      // It is in the pipe before the wait begins.
      process.kill(process.pid, 'SIGINT');
      try {
        event.wait(2);
      } catch {
        thrown++;
      }
      await new Promise(setImmediate);
    }
    console.log(thrown, heard);
  `,
  ]);
  expect({ stdout, code }).toEqual({ stdout: '50 50\n', code: 0 });
});
