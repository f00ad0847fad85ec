import * as _thread from 'heddle/_thread';
import { RuntimeError, SystemExit } from 'heddle/errors';
import { SimpleQueue } from 'heddle/queue';
import { currentThread, Event, enumerate, Lock } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { runNode } from '../setup/children.js';

const run = (source: string) => runNode(['--input-type=module', '-e', source]);

// Number 68 of conformance.md.
describe('startNewThread', () => {
  test('calls a function with arguments in another thread, and returns its number', () => {
    const told = new SimpleQueue<unknown>();
    const tell = (to: SimpleQueue<unknown>, ...rest: unknown[]) =>
      to.put([_thread.getIdent(), ...rest]);
    const ident = _thread.startNewThread(tell, [told, 1], { by: 2 });
    expect(told.get({ timeout: 10 })).toEqual([ident, 1, { by: 2 }]);
    expect(ident).not.toBe(_thread.getIdent());
  });

  test('starts what threading knows as a dummy once it asks for itself', () => {
    const [told, end] = [new SimpleQueue<string>(), new Event()];
    const ask = (to: SimpleQueue<string>, done: Event) => {
      to.put('began');
      done.wait();
      done.clear();
      to.put(currentThread().name);
      done.wait();
    };
    const ident = _thread.startNewThread(ask, [told, end]);
    expect(told.get({ timeout: 10 })).toBe('began');
    expect(enumerate().map((thread) => thread.ident)).not.toContain(ident);
    end.set();
    const name = told.get({ timeout: 10 });
    expect(name).toMatch(/^Dummy-\d+$/);
    expect(enumerate().find((thread) => thread.ident === ident)).toMatchObject({
      name,
      daemon: true,
    });
    end.set();
  });

  test('refuses wrong types', () => {
    const start = _thread.startNewThread as (...args: unknown[]) => number;
    expect(() => start(5, [])).toThrow(new TypeError('first arg must be callable'));
    expect(() => start(() => {}, 5)).toThrow(new TypeError('2nd arg must be an array'));
    expect(() => start(() => {}, [], 5)).toThrow(
      new TypeError('optional 3rd arg must be an object'),
    );
  });

  test('reports what the function throws, but for SystemExit, and the program does not wait', async () => {
    const { stdout, stderr, code } = await run(`
      import { allocateLock, exit, startNew, startNewThread } from 'heddle/_thread';
      import { Event } from 'heddle/threading';
      const boom = (event) => { setImmediate(() => event.set()); throw new TypeError('torn'); };
      const leave = (event) => { setImmediate(() => event.set()); exit(); };
      for (const fn of [boom, leave]) {
        const event = new Event();
        startNewThread(fn, [event]);
        event.wait();
      }
      startNew(() => new Promise((resolve) => setTimeout(resolve, 60_000)), []);
      console.log('end');
    `);
    expect(stderr).toMatch(
      /^Exception ignored in thread started by \[Function: boom\]:\nTypeError: torn\n( {4}at .*\n)+$/,
    );
    expect({ stdout, code }).toEqual({ stdout: 'end\n', code: 0 });
  });
});

describe('startJoinableThread', () => {
  test('returns a handle, by which the thread is joined', async () => {
    const end = new Event();
    const handle = _thread.startJoinableThread(() => {
      end.wait();
    });
    expect([handle.ident > 0, handle.isDone()]).toEqual([true, false]);
    handle.join(0);
    await handle.joinAsync({ timeout: 0.01 });
    end.set();
    handle.join();
    handle.join(-1);
    await handle.joinAsync();
    expect(handle.isDone()).toBe(true);
  });

  test('takes a handle, once', () => {
    const handle = new _thread._ThreadHandle();
    expect([handle.ident, handle.isDone()]).toEqual([0, false]);
    expect(() => handle.join()).toThrow(new RuntimeError('thread not started'));
    const unsendable = new WeakMap();
    const fails = () => unsendable;
    expect(() => _thread.startJoinableThread(fails, { handle })).toThrow(/unsendable/);
    expect(_thread.startJoinableThread(() => {}, { handle })).toBe(handle);
    handle.join();
    expect(() => _thread.startJoinableThread(() => {}, { handle })).toThrow(
      new RuntimeError('thread already started'),
    );
    // @ts-expect-error: no handle
    expect(() => _thread.startJoinableThread(() => {}, { handle: 5 })).toThrow(TypeError);
    // @ts-expect-error: no function
    expect(() => _thread.startJoinableThread(5)).toThrow('thread function must be callable');
  });

  test('starts what the program waits for, if it is no daemon', async () => {
    const { stdout, code } = await run(`
      import { startJoinableThread } from 'heddle/_thread';
      const say = async () => { await new Promise((r) => setTimeout(r, 50)); console.log('said'); };
      startJoinableThread(say, { daemon: false });
      startJoinableThread(() => new Promise((resolve) => setTimeout(resolve, 60_000)));
    `);
    expect({ stdout, code }).toEqual({ stdout: 'said\n', code: 0 });
  });
});

describe('_thread', () => {
  test("has Python's other names", () => {
    expect(_thread.allocateLock()).toBeInstanceOf(Lock);
    expect(_thread.allocate).toBe(_thread.allocateLock);
    expect([_thread.LockType, _thread.lock]).toEqual([Lock, Lock]);
    expect(_thread.error).toBe(RuntimeError);
    expect(_thread.daemonThreadsAllowed()).toBe(true);
    expect(() => _thread.exit()).toThrow(SystemExit);
    expect(_thread.exitThread).toBe(_thread.exit);
    expect(_thread.getNativeId()).toBeGreaterThan(0);
    expect(_thread.TIMEOUT_MAX).toBeGreaterThan(9e9);
  });
});

// Number 67 of conformance.md.
describe('at the end of the program', () => {
  test('exit handlers come after the threads, and can start none', async () => {
    const { stdout, stderr, code } = await run(`
      import { startNewThread } from 'heddle/_thread';
      import { enumerate, mainThread, Thread } from 'heddle/threading';
      const late = async () => { await new Promise((r) => setTimeout(r, 50)); console.log('late'); };
      new Thread({ target: late }).start();
      process.on('exit', () => {
        for (const start of [() => new Thread().start(), () => startNewThread(() => {}, [])]) {
          try { start(); } catch (error) { console.log(String(error)); }
        }
        console.log(enumerate().length, mainThread().isAlive());
      });
    `);
    const refusal = "RuntimeError: can't create new thread at interpreter shutdown\n";
    expect({ stdout, stderr, code }).toEqual({
      stdout: `late\n${refusal}${refusal}1 false\n`,
      stderr: '',
      code: 0,
    });
  });

  test('a thread that joins the main thread goes on when its program is over', async () => {
    const { stdout, code } = await run(`
      import { mainThread, Thread } from 'heddle/threading';
      const joins = () => { mainThread().join(); console.log('joined'); };
      new Thread({ target: joins }).start();
      setTimeout(() => console.log('main'), 50);
    `);
    expect({ stdout, code }).toEqual({ stdout: 'main\njoined\n', code: 0 });
  });
});
