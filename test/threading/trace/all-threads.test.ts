import { fileURLToPath } from 'node:url';
import { setprofileAllThreads, settraceAllThreads } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { runNode } from '../../setup/children.js';

const program = fileURLToPath(new URL('../../fixtures/traced/all-threads.js', import.meta.url));

describe('settrace', () => {
  test('holds for the threads that others start afterwards, and not for those that run', async () => {
    const { stdout, stderr } = await runNode([
      '--input-type=module',
      '-e',
      `
      import { SimpleQueue } from 'heddle/queue';
      import { Event, gettrace, settrace, Thread } from 'heddle/threading';
      const [go, events] = [new Event(), new SimpleQueue()];
      const starter = new Thread({
        target: function starter(begin, to) {
          begin.wait();
          to.put(typeof gettrace());
          const inner = new Thread({ target: function inner() {} });
          inner.start();
          inner.join();
        },
        args: [go, events],
      });
      starter.start();
      settrace((frame) => events.put(frame.functionName));
      go.set();
      starter.join();
      while (!events.empty()) console.log(events.get());
    `,
    ]);
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual(['function', 'inner']);
  });
});

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
