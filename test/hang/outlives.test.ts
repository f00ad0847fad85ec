import { describe, expect, test } from 'vitest';
import { Program } from './program.js';

/** Milliseconds in which a program that should live on would have ended. */
const AMPLE = 300;

describe.each(['thread', 'pool'])('a %s that is still at work', (what) => {
  async function started() {
    const program = new Program('outlives.js', [what]);
    await program.said('ready');
    await program.said('main has nothing left to do');
    await program.blocked(1);
    await new Promise((resolve) => setTimeout(resolve, AMPLE));
    return program;
  }

  test('delays the end of the program until it is done', async () => {
    const program = await started();
    program.kill('SIGUSR2');
    const { code, lines, hungIn } = await program.ended();
    expect({ code, hungIn }).toEqual({ code: 0, hungIn: '' });
    expect(lines.slice(-2)).toEqual(['thread ends', 'exit']);
  });

  test('and blocked for ever keeps the program alive, which a signal can end', async () => {
    const program = await started();
    program.kill('SIGTERM');
    const { signal, lines } = await program.ended();
    expect(signal).toBe('SIGTERM');
    expect(lines).not.toContain('exit');
  });
});
