import { RuntimeError } from 'heddle/errors';
import { Event, Lock, Thread } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { startAnotherThread } from '../fixtures/tasks.js';
import { runNode } from '../setup/children.js';

describe('Thread', () => {
  test('runs its target with its arguments, in another thread of the system', () => {
    const event = new Event();
    const set = (to: Event, a: number, b: string) => {
      if (a === 1 && b === 'two') to.set();
    };
    const thread = new Thread({ target: set, args: [event, 1, 'two'] });
    expect([thread.ident, thread.nativeId, thread.isAlive()]).toEqual([null, null, false]);
    thread.start();
    expect(thread.ident).toBeGreaterThan(0);
    expect(thread.nativeId).toBeGreaterThan(0);
    expect(thread.nativeId).not.toBe(process.pid);
    thread.join();
    expect(event.isSet()).toBe(true);
    expect(thread.isAlive()).toBe(false);
  });

  test('may do without a target, and takes any iterable of arguments', () => {
    const thread = new Thread();
    thread.start();
    thread.join();
    const other = new Thread({ target: (...xs: number[]) => xs, args: new Set([1, 2]) as never });
    other.start();
    other.join();
  });

  test('is named "Thread-N (target)", or as told', () => {
    const crawl = () => {};
    expect(new Thread({ target: crawl }).name).toMatch(/^Thread-\d+ \(crawl\)$/);
    expect(new Thread().name).toMatch(/^Thread-\d+$/);
    const thread = new Thread({ name: 'weaver' });
    expect(thread.name).toBe('weaver');
    thread.name = 'spinner';
    expect(thread.name).toBe('spinner');
    // @ts-expect-error: not a string
    expect(() => new Thread({ name: 5 })).toThrow(TypeError);
  });

  test('starts once, and is joined only then', () => {
    const thread = new Thread();
    expect(() => thread.join()).toThrow(
      new RuntimeError('cannot join thread before it is started'),
    );
    thread.start();
    expect(() => thread.start()).toThrow(new RuntimeError('threads can only be started once'));
    thread.join();
    thread.join();
    expect(() => thread.start()).toThrow(new RuntimeError('threads can only be started once'));
  });

  test('join returns at its time-out, and isAlive tells', async () => {
    const end = new Event();
    const thread = new Thread({ target: (event: Event) => event.wait(), args: [end] });
    thread.start();
    thread.join(0);
    thread.join(-1);
    thread.join(0.01);
    await thread.joinAsync({ timeout: 0.01 });
    expect(thread.isAlive()).toBe(true);
    end.set();
    await thread.joinAsync();
    expect(thread.isAlive()).toBe(false);
  });

  test('takes daemon from its creator or as told', () => {
    expect(new Thread().daemon).toBe(false);
    expect(new Thread({ daemon: true }).daemon).toBe(true);
    // @ts-expect-error: not a boolean
    expect(() => new Thread({ daemon: 1 })).toThrow(TypeError);
  });

  test('refuses wrong types and unknown options by name', () => {
    // @ts-expect-error: not a function
    expect(() => new Thread({ target: 5 })).toThrow(/target must be a function/);
    // @ts-expect-error: not iterable
    expect(() => new Thread({ target: () => {}, args: 5 })).toThrow(/args must be iterable/);
    // @ts-expect-error: unknown option
    expect(() => new Thread({ targt: () => {} })).toThrow(/unknown option 'targt'/);
  });

  test('a target or an argument that cannot travel fails at start, and a start may follow', () => {
    const outside = { socket: new WeakMap() };
    const captures = new Thread({ target: () => outside.socket });
    expect(() => captures.start()).toThrow(/outside\.socket/);
    expect(captures.isAlive()).toBe(false);

    const list: unknown[] = [new WeakMap()];
    const thread = new Thread({ target: (..._: unknown[]) => {}, args: [{ list }] });
    expect(() => thread.start()).toThrow(/\[0\]\.list\[0\]/);
    list.length = 0;
    thread.start();
    thread.join();
  });

  test('an async target lives until its promise settles, with timers', () => {
    const order = [new Event(), new Event()];
    const run = async (began: Event, ended: Event) => {
      began.set();
      await new Promise((resolve) => setTimeout(resolve, 20));
      ended.set();
    };
    const thread = new Thread({ target: run, args: [order[0] as Event, order[1] as Event] });
    thread.start();
    order[0]?.wait();
    thread.join();
    expect(order[1]?.isSet()).toBe(true);
  });

  test('a Worker with timers left over is used again only when they are gone', () => {
    const fired = new Event();
    const leave = (event: Event) => {
      setTimeout(() => event.set(), 30);
    };
    const thread = new Thread({ target: leave, args: [fired] });
    thread.start();
    thread.join();
    const next = new Thread();
    next.start();
    next.join();
    expect(next.nativeId).not.toBe(thread.nativeId);
    expect(fired.wait(10)).toBe(true);
  });

  test('Workers are used again', () => {
    const ids = new Set<number | null>();
    for (let i = 0; i < 50; i++) {
      const thread = new Thread();
      thread.start();
      thread.join();
      ids.add(thread.nativeId);
    }
    expect(ids.size).toBeLessThan(5);
  });

  test('threads start threads', () => {
    const done = new Event();
    const thread = new Thread({ target: startAnotherThread, args: [done] });
    thread.start();
    thread.join();
    expect(done.isSet()).toBe(true);
  });

  test('process.exit in a thread ends that thread alone', () => {
    const thread = new Thread({ target: () => process.exit(3) });
    thread.start();
    thread.join();
    expect(thread.isAlive()).toBe(false);
  });

  test('a lock is held by the run, not by the Worker', () => {
    const lock = new Lock();
    const [first, second] = [1, 2].map(
      () => new Thread({ target: (held: Lock) => held.acquire(false), args: [lock] }),
    );
    for (const thread of [first, second]) {
      thread?.start();
      thread?.join();
    }
    expect(lock.locked()).toBe(true);
  });
});

describe('a program with threads', () => {
  const run = (source: string, ...options: string[]) =>
    runNode([...options, '--input-type=module', '-e', source]);

  test('may be run with options of V8, and with loaders, which its threads take over', async () => {
    const { stdout, code } = await run(
      `
      import { Thread } from 'heddle/threading';
      const thread = new Thread({ target: () => console.log(typeof gc, globalThis.preloaded) });
      thread.start();
      thread.join();
    `,
      '--expose-gc',
      '--import=data:text/javascript,globalThis.preloaded="yes"',
    );
    expect({ stdout, code }).toEqual({ stdout: 'function yes\n', code: 0 });
  });

  test('shows what a thread writes while the main thread is blocked', async () => {
    const { stdout, stderr, code } = await run(`
      import { Thread, Event } from 'heddle/threading';
      import { writeSync } from 'node:fs';
      const said = new Event();
      const thread = new Thread({
        target: (event) => { console.log('thread'); console.error('oops'); event.set(); },
        args: [said],
      });
      thread.start();
      said.wait();
      writeSync(1, 'main\\n');
    `);
    expect({ stdout, stderr, code }).toEqual({
      stdout: 'thread\nmain\n',
      stderr: 'oops\n',
      code: 0,
    });
  });

  test('keeps long lines of several threads whole', async () => {
    const { stdout, code } = await run(`
      import { Thread } from 'heddle/threading';
      const say = (letter) => { for (let i = 0; i < 50; i++) console.log(letter.repeat(20000)); };
      const threads = ['a', 'b', 'c'].map((letter) => new Thread({ target: say, args: [letter] }));
      for (const thread of threads) thread.start();
      for (const thread of threads) thread.join();
    `);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(150);
    for (const line of lines) expect(line).toMatch(/^(a{20000}|b{20000}|c{20000})$/);
  });

  test('reports what a thread throws, and goes on', async () => {
    const { stdout, stderr, code } = await run(`
      import { Thread } from 'heddle/threading';
      const boom = () => { throw new TypeError('in the thread'); };
      const late = async () => { throw new RangeError('later'); };
      for (const target of [boom, late]) {
        const thread = new Thread({ target });
        thread.start();
        thread.join();
      }
      console.log('still here');
    `);
    expect(stderr).toMatch(
      /Exception in thread Thread-1 \(boom\):\nTypeError: in the thread\n {4}at /,
    );
    expect(stderr).toMatch(/Exception in thread Thread-2 \(late\):\nRangeError: later\n/);
    expect({ stdout, code }).toEqual({ stdout: 'still here\n', code: 0 });
  });

  test('waits for its threads at the end, but not for daemons', async () => {
    const { stdout, code } = await run(`
      import { Thread } from 'heddle/threading';
      const wait = (ms) => new Promise((resolve) => setTimeout(() => {
        console.log('waited ' + ms);
        resolve();
      }, ms));
      new Thread({ target: wait, args: [100] }).start();
      new Thread({ target: wait, args: [60_000], daemon: true }).start();
      process.on('exit', () => console.log('exit'));
    `);
    expect({ stdout, code }).toEqual({ stdout: 'waited 100\nexit\n', code: 0 });
  });
});
