import { inspect } from 'node:util';
import { SystemExit } from 'heddle/errors';
import { SimpleQueue } from 'heddle/queue';
import {
  __excepthook__,
  ExceptHookArgs,
  excepthook,
  setExcepthook,
  Thread,
} from 'heddle/threading';
import { afterEach, describe, expect, test } from 'vitest';
import { runNode } from '../setup/children.js';

const run = (source: string) => runNode(['--input-type=module', '-e', source]);

interface Told {
  type: string;
  message: string;
  hasStack: boolean;
  thread: string | undefined;
}

function hookTo(told: SimpleQueue<Told>) {
  setExcepthook(({ excType, excValue, excTraceback, thread }) => {
    told.put({
      type: (excType as { name: string }).name,
      message: (excValue as Error).message,
      hasStack: excTraceback?.includes('    at ') === true,
      thread: thread?.name,
    });
  });
}

function runThread(target: () => unknown, name?: string) {
  const thread = new Thread({ target, ...(name && { name }) });
  thread.start();
  thread.join();
  return thread;
}

// Numbers 57 and 58 of conformance.md.
describe('excepthook', () => {
  afterEach(() => setExcepthook(__excepthook__));

  test('is called once for an error that ends a thread, in that thread', () => {
    const told = new SimpleQueue<Told>();
    hookTo(told);
    runThread(() => {
      throw new RangeError('far');
    }, 'thrower');
    runThread(async () => {
      throw new TypeError('late');
    }, 'later');
    const [first, second] = [told.get({ timeout: 10 }), told.get({ timeout: 10 })];
    expect(first).toEqual({
      type: 'RangeError',
      message: 'far',
      hasStack: true,
      thread: 'thrower',
    });
    expect(second).toMatchObject({ type: 'TypeError', message: 'late', thread: 'later' });
    expect(told.empty()).toBe(true);
  });

  test('is in force in threads of threads, and when it was set by one', () => {
    const told = new SimpleQueue<Told>();
    const setter = new Thread({
      target: (to: SimpleQueue<unknown>) => {
        setExcepthook((args) => to.put({ message: (args.excValue as Error).message }));
      },
      args: [told],
    });
    setter.start();
    setter.join();
    const outer = new Thread({
      target: () => {
        const inner = new Thread({
          target: () => {
            throw new Error('deep inside');
          },
        });
        inner.start();
        inner.join();
      },
    });
    outer.start();
    outer.join();
    expect(told.get({ timeout: 10 })).toEqual({ message: 'deep inside' });
  });

  test('is called by name with the hook that is in force', () => {
    const seen: unknown[] = [];
    setExcepthook((args) => void seen.push(...args));
    excepthook(new ExceptHookArgs([Error, 1, null, null]));
    expect(seen).toEqual([Error, 1, null, null]);
  });

  test('must be a function, which can travel', () => {
    // @ts-expect-error: no function
    expect(() => setExcepthook(5)).toThrow(/hook must be a function/);
    const outside = { list: new WeakMap() };
    expect(() => setExcepthook(() => outside.list)).toThrow(/outside\.list/);
  });

  test('is silent about SystemExit', async () => {
    const { stdout, stderr, code } = await run(`
      import { SystemExit } from 'heddle/errors';
      import { Thread } from 'heddle/threading';
      const ends = [
        () => { throw new SystemExit(3); },
        async () => { throw new SystemExit(); },
      ];
      for (const target of ends) {
        const thread = new Thread({ target });
        thread.start();
        thread.join();
      }
      console.log('still here');
    `);
    expect({ stdout, stderr, code }).toEqual({ stdout: 'still here\n', stderr: '', code: 0 });
    expect(new SystemExit(3)).toMatchObject({ exitCode: 3, code: 'ERR_SYSTEM_EXIT', message: '3' });
  });

  test('that fails is reported itself, and __excepthook__ brings the original back', async () => {
    const { stdout, stderr, code } = await run(`
      import { __excepthook__, setExcepthook, Thread } from 'heddle/threading';
      const runThread = () => {
        const thread = new Thread({ name: 'loom', target: () => { throw new Error('torn'); } });
        thread.start();
        thread.join();
      };
      setExcepthook(() => { throw new TypeError('bad hook'); });
      runThread();
      setExcepthook(async () => { throw new TypeError('bad promise'); });
      runThread();
      setExcepthook(__excepthook__);
      runThread();
      console.log('still here');
    `);
    expect(stderr).toMatch(
      new RegExp(
        [
          '^Exception in threading.excepthook:\nTypeError: bad hook\n[^]*',
          'Exception in threading.excepthook:\nTypeError: bad promise\n[^]*',
          'Exception in thread loom:\nError: torn\n {4}at ',
        ].join(''),
      ),
    );
    expect({ stdout, code }).toEqual({ stdout: 'still here\n', code: 0 });
  });
});

describe('ExceptHookArgs', () => {
  test('is made of four values', () => {
    const args = new ExceptHookArgs([TypeError, 'value', 'stack', null]);
    expect({ ...args }).toEqual({
      excType: TypeError,
      excValue: 'value',
      excTraceback: 'stack',
      thread: null,
    });
    expect(inspect(args)).toContain('excValue');
    expect(() => new ExceptHookArgs([1, 2])).toThrow(/4-sequence \(2-sequence given\)/);
    // @ts-expect-error: no ExceptHookArgs
    expect(() => __excepthook__(5)).toThrow(/argument type must be ExceptHookArgs/);
  });
});
