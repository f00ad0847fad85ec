import { fileURLToPath } from 'node:url';
import { setprofileAllThreads, settraceAllThreads } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { runNode } from '../../setup/children.js';

const program = fileURLToPath(new URL('../../fixtures/traced/all-threads.js', import.meta.url));

describe('settraceAllThreads', () => {
  test('tells running threads, of what they are sent then and what is instrumented', async () => {
    const { stdout, stderr } = await runNode([program]);
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual([
      'before []',
      "sent [ 'all sent' ]",
      "loaded here [ 'all <module>', 'all <module>', 'all exports.value' ]",
      "started [ 'all started' ]",
      "instrumented [ 'first waits', 'first instrumented', 'second instrumented' ]",
      'ended []',
    ]);
  });

  test('refuses what is no function', () => {
    // @ts-expect-error: not a function
    expect(() => settraceAllThreads(1)).toThrow(TypeError);
    // @ts-expect-error: not a function
    expect(() => setprofileAllThreads({})).toThrow('func must be a function or null');
  });
});
