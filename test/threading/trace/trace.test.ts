import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ThreadPoolExecutor } from 'heddle/concurrent/futures';
import { SimpleQueue } from 'heddle/queue';
import {
  getprofile,
  gettrace,
  setprofile,
  settrace,
  Thread,
  type TraceFrame,
} from 'heddle/threading';
import { afterEach, describe, expect, test } from 'vitest';
import { run } from '../../fixtures/traced/events.js';
import {
  catchesTracer,
  inner,
  loads,
  sendsOn,
  startsAnother,
  throws,
  throwsNull,
  traces,
  unexported,
} from '../../fixtures/traced/functions.js';

/** Made by events.py. */
const expected = JSON.parse(
  readFileSync(new URL('../../fixtures/traced/events.json', import.meta.url), 'utf8'),
) as { trace: string[]; profile: string[] };

afterEach(() => {
  settrace(null);
  setprofile(null);
});

/** A trace function that puts what it is told. */
function tracer(to: SimpleQueue<string>) {
  return function trace(frame: TraceFrame, event: string) {
    to.put(`${event} ${frame.functionName} ${frame.lineno}`);
    return trace;
  };
}

// biome-ignore lint/suspicious/noExplicitAny: any function can be a target
function runIn(target: (...args: any[]) => unknown, ...args: unknown[]): void {
  const thread = new Thread({ target, args });
  thread.start();
  thread.join();
}

function all<Item>(queue: SimpleQueue<Item>): Item[] {
  const items: Item[] = [];
  while (!queue.empty()) items.push(queue.get());
  return items;
}

describe('settrace', () => {
  test('reports what CPython reports of the same program', () => {
    const events = new SimpleQueue<string>();
    settrace(tracer(events));
    runIn(run);
    expect(all(events)).toEqual(expected.trace);
  });

  test('reports a function that is sent by its source, in the lines of its file', () => {
    const events = new SimpleQueue<string>();
    settrace(tracer(events));
    runIn(unexported(), 3);
    expect(all(events)).toEqual([
      'call scaled 7',
      'line scaled 8',
      'line scaled 9',
      'return scaled 9',
    ]);
  });

  test('reports modules that the thread loads, of both kinds, by their files', async () => {
    const events = new SimpleQueue<string>();
    settrace((frame, event) => {
      const caller = frame.back && basename(frame.back.file);
      events.put(`${event} ${frame.functionName} ${basename(frame.file)} ${caller}`);
      return null;
    });
    const thread = new Thread({ target: loads });
    thread.start();
    await thread.joinAsync();
    expect(all(events).filter((event) => !event.startsWith('call loads'))).toEqual([
      'call <module> required.cjs null',
      'call <module> loaded.mjs null',
      'call exports.value required.cjs loaded.mjs',
    ]);
  });

  test('hands over what is returned, and type, value and stack of what is thrown', () => {
    const args = new SimpleQueue<unknown>();
    settrace(function trace(_, event, arg) {
      if (event === 'return') args.put(arg);
      if (event === 'exception') {
        const [type, value, traceback] = arg;
        args.put([type?.name ?? null, String(value), traceback?.split('\n')[0] ?? null]);
      }
      return trace;
    });
    const returning = new Thread({ target: () => [1, 2] });
    returning.start();
    returning.join();
    runIn((fn: () => void) => {
      try {
        fn();
      } catch {}
    }, throws);
    runIn((fn: () => void) => {
      try {
        fn();
      } catch {}
    }, throwsNull);
    const far = ['RangeError', 'RangeError: too far', 'RangeError: too far'];
    const none = [null, 'null', null];
    expect(all(args)).toEqual([[1, 2], far, null, far, undefined, none, null, none, undefined]);
  });

  test('reports no lines of a call whose trace function returns nothing', () => {
    const events = new SimpleQueue<string>();
    settrace((frame, event) => {
      events.put(`${event} ${frame.functionName}`);
    });
    runIn(run);
    expect(new Set(all(events).map((event) => event.split(' ')[0]))).toEqual(new Set(['call']));
  });

  test('an error of the trace function goes to the code, and ends the tracing', () => {
    const messages = new SimpleQueue<string>();
    const calls = new SimpleQueue<string>();
    settrace((frame) => {
      calls.put(frame.functionName);
      if (frame.functionName === 'inner') throw new Error('of the tracer');
    });
    runIn(catchesTracer, messages);
    expect(all(messages)).toEqual(['of the tracer']);
    expect(all(calls)).toEqual(['catchesTracer', 'inner']);
  });

  test('holds for threads that such threads start, and for the tasks of executors', async () => {
    const events = new SimpleQueue<string>();
    settrace((frame) => {
      events.put(frame.functionName);
    });
    runIn(startsAnother);
    expect(all(events)).toEqual(['startsAnother', 'inner']);
    using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    await pool.submit(inner);
    // Its module is loaded for the task.
    expect(all(events).filter((name) => name !== '<module>')).toEqual(['inner']);
  });

  test('ends with null: threads that are started then load nothing for it', () => {
    const seen = new SimpleQueue<[string, number]>();
    settrace(() => {});
    runIn(traces, seen);
    settrace(null);
    runIn(traces, seen);
    const [traced, plain] = all(seen);
    expect(traced![0]).toBe('object');
    expect(traced![1]).toBeGreaterThan(0);
    expect(plain).toEqual(['undefined', 0]);
  });

  test('what is instrumented in one thread goes to another as it was written', () => {
    const results = new SimpleQueue<[number, string, string]>();
    settrace(() => {});
    runIn(sendsOn, results);
    const [[value, runtime, text]] = all(results) as [[number, string, string]];
    expect([value, runtime]).toEqual([8, 'undefined']);
    expect(text).toBe(String(unexported()));
  });

  test('gettrace and getprofile tell what is set', () => {
    expect([gettrace(), getprofile()]).toEqual([null, null]);
    const trace = () => {};
    const profile = () => {};
    settrace(trace);
    setprofile(profile);
    expect([gettrace(), getprofile()]).toEqual([trace, profile]);
    settrace(undefined);
    expect(gettrace()).toBe(null);
  });

  test('refuses what is no function', () => {
    // @ts-expect-error: not a function
    expect(() => settrace('f')).toThrow(TypeError);
    // @ts-expect-error: not a function
    expect(() => setprofile(1)).toThrow('func must be a function or null, not type number (1)');
  });
});

describe('setprofile', () => {
  test('reports what CPython reports of the same program', () => {
    const events = new SimpleQueue<string>();
    setprofile(tracer(events));
    runIn(run);
    expect(all(events)).toEqual(expected.profile);
  });

  test('an error of the profile function goes to the code, and ends the profiling', () => {
    const messages = new SimpleQueue<string>();
    setprofile((frame, event) => {
      if (frame.functionName === 'inner' && event === 'return') throw new Error('of the profiler');
    });
    runIn(catchesTracer, messages);
    expect(all(messages)).toEqual(['of the profiler']);
  });
});
