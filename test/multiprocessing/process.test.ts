import { readdirSync, readlinkSync } from 'node:fs';
import { inspect } from 'node:util';
import { AssertionError, FileNotFoundError, ValueError } from 'heddle/errors';
import { activeChildren, currentProcess, Process, parentProcess } from 'heddle/multiprocessing';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { PicklingError } from 'heddle/pickle';
import { Thread, Lock as ThreadLock } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { tell, told } from '../fixtures/processes/report.js';
import { Weaver } from '../fixtures/processes/weaver.js';
import { endChildrenAfterEach, exitcodeOf, startSleeping, toldBy } from '../setup/processes.js';

endChildrenAfterEach();

describe('a process', () => {
  test('calls its target with copies of its arguments, in another process', () => {
    using memory = new SharedMemory({ create: true, size: 4096 });
    const list = [1, new Map([['a', 2]])] as (number | Map<string, number>)[];
    const child = new Process({
      target: (to: SharedMemory, [a, b]: typeof list, c: string) =>
        tell(to, [a, (b as Map<string, number>).get('a'), c, process.pid]),
      args: [memory, list, 'ü'],
      daemon: true,
    });
    expect([child.pid, child.ident, child.exitcode, child.isAlive()]).toEqual([
      null,
      null,
      null,
      false,
    ]);
    child.start();
    list.length = 0;
    expect(child.pid).toBeGreaterThan(0);
    expect(child.pid).not.toBe(process.pid);
    expect(child.ident).toBe(child.pid);
    child.join();
    expect(told(memory)).toEqual([1, 2, 'ü', child.pid]);
    expect([child.isAlive(), child.exitcode]).toEqual([false, 0]);
  });

  test('may do without a target, and takes any iterable of arguments', () => {
    expect(exitcodeOf({})).toBe(0);
    const target = (...codes: number[]) => process.exit(codes.reduce((a, b) => a + b));
    function* args() {
      yield* [3, 4];
    }
    expect(exitcodeOf({ target, args: args() as never })).toBe(7);
  });

  test('takes a function with what it captured, and what that leads to', () => {
    const lengths = new Map([['warp', 3]]);
    const twice = (x: number) => 2 * x;
    const target = () => process.exit(twice(lengths.get('warp') as number));
    expect(exitcodeOf({ target })).toBe(6);
  });

  test('is awaited when its target is async, and lives while it has timers', () => {
    expect(
      toldBy(async (memory) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        setTimeout(() => tell(memory, 'after the target'), 5);
      }),
    ).toBe('after the target');
  });

  test('waits for its threads', () => {
    const told = toldBy((memory) => {
      const later = async (to: SharedMemory) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        tell(to, 'from a thread');
      };
      new Thread({ target: later, args: [memory] }).start();
    });
    expect(told).toBe('from a thread');
  });

  test('refuses wrong types and unknown options by name', () => {
    // @ts-expect-error: not a function
    expect(() => new Process({ target: 5 })).toThrow(/target must be a function/);
    // @ts-expect-error: not iterable
    expect(() => new Process({ target: () => {}, args: 5 })).toThrow(/args must be iterable/);
    // @ts-expect-error: not a string
    expect(() => new Process({ name: 5 })).toThrow(/name must be a string/);
    // @ts-expect-error: not a boolean
    expect(() => new Process({ daemon: 1 })).toThrow(/daemon must be a boolean/);
    // @ts-expect-error: unknown option
    expect(() => new Process({ targt: () => {} })).toThrow(/unknown option 'targt'/);
  });

  test('has a name, by default "Process-N", and its children "Process-N:M"', () => {
    const [first, second] = [new Process(), new Process()];
    const number = Number(/^Process-(\d+)$/.exec(first.name)?.[1]);
    expect(second.name).toBe(`Process-${number + 1}`);
    second.name = 'spinner';
    expect(second.name).toBe('spinner');
    expect(() => Object.assign(second, { name: 5 })).toThrow(TypeError);

    using memory = new SharedMemory({ create: true, size: 4096 });
    const target = (to: SharedMemory) => {
      const inner = new Process({
        target: (mine: SharedMemory, names: string[]) => {
          tell(mine, [...names, currentProcess().name, new Process().name]);
        },
        args: [to, [currentProcess().name, parentProcess()?.name ?? '']],
      });
      inner.start();
      inner.join();
    };
    const child = new Process({ target, args: [memory], name: 'renamed' });
    child.start();
    child.join();
    const inner = `Process-${number + 2}:1`;
    expect(told(memory)).toEqual(['renamed', 'MainProcess', inner, `${inner}:1`]);
  });

  test('is known by its name in its threads', () => {
    using memory = new SharedMemory({ create: true, size: 4096 });
    const target = (to: SharedMemory) => {
      const thread = new Thread({
        target: (mine: SharedMemory) => {
          tell(mine, [currentProcess().name, currentProcess().daemon, new Process().name]);
        },
        args: [to],
      });
      thread.start();
      thread.join();
    };
    const child = new Process({ target, args: [memory], name: 'threaded', daemon: true });
    child.start();
    child.join();
    expect(told(memory)).toEqual(['threaded', true, expect.stringMatching(/^Process-\d+:1$/)]);
  });

  test('starts once, and is joined only then', () => {
    const child = new Process({ daemon: true });
    expect(() => child.join()).toThrow(new AssertionError('can only join a started process'));
    expect(() => child.sentinel).toThrow(new ValueError('process not started'));
    expect(() => child.terminate()).toThrow(ValueError);
    child.start();
    const again = new AssertionError('cannot start a process twice');
    expect(() => child.start()).toThrow(again);
    child.join();
    child.join();
    expect(() => child.start()).toThrow(again);
  });

  test('a join returns at its time-out, and exitcode tells', async () => {
    const child = startSleeping();
    child.join(0);
    child.join(-1);
    child.join(0.01);
    await child.joinAsync({ timeout: 0.01 });
    expect([child.isAlive(), child.exitcode]).toEqual([true, null]);
    const controller = new AbortController();
    const joining = child.joinAsync({ signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(joining).rejects.toThrow('enough');
    const joins = [1, 2, 3].map(() => child.joinAsync());
    child.kill();
    await Promise.all(joins);
    expect([child.isAlive(), child.exitcode]).toEqual([false, -9]);
    // @ts-expect-error: not a number
    expect(() => child.join('1')).toThrow(TypeError);
  });

  test('is told by activeChildren while it lives', () => {
    const child = startSleeping();
    expect(activeChildren()).toEqual([child]);
    child.terminate();
    child.join();
    expect(activeChildren()).toEqual([]);
  });

  test('close frees it, and nothing else can be done with it then', () => {
    const child = startSleeping();
    expect(() => child.close()).toThrow(/Cannot close a process while it is still running/);
    child.terminate();
    child.join();
    child.close();
    child.close();
    const closed = new ValueError('process object is closed');
    const uses: (() => unknown)[] = [
      () => child.start(),
      () => child.join(),
      () => child.isAlive(),
      () => child.kill(),
      () => child.pid,
      () => child.exitcode,
      () => child.sentinel,
    ];
    for (const use of uses) expect(use).toThrow(closed);
    expect(inspect(child)).toBe(`<Process name='${child.name}' closed>`);
    const unstarted = new Process();
    unstarted.close();
    expect(() => unstarted.start()).toThrow(closed);
  });

  test('has a sentinel, the descriptor of its end', () => {
    const child = startSleeping();
    expect(readlinkSync(`/proc/self/fd/${child.sentinel}`)).toContain('pidfd');
    child.kill();
    child.join();
    expect(child.sentinel).toBeGreaterThan(2);
    const descriptor = child.sentinel;
    child.close();
    expect(() => readlinkSync(`/proc/self/fd/${descriptor}`)).toThrow();
  });

  test('says what it is to inspect', () => {
    const child = new Process({ name: 'it', daemon: true });
    expect(inspect(child)).toBe(`<Process name='it' initial daemon>`);
    child.start();
    child.join();
    expect(inspect(child)).toBe(`<Process name='it' pid=${child.pid} stopped exitcode=0 daemon>`);
    const killed = startSleeping();
    expect(inspect(killed)).toMatch(/ started daemon>$/);
    killed.kill();
    killed.join();
    expect(inspect(killed)).toMatch(/ stopped exitcode=-SIGKILL daemon>$/);
    expect(inspect(new Weaver())).toMatch(/^<Weaver name='Weaver-\d+' initial>$/);
  });
});

describe('a daemonic process', () => {
  test('is what it is told, before its start', () => {
    const child = new Process();
    expect([child.daemon, new Process({ daemon: true }).daemon]).toEqual([false, true]);
    child.daemon = true;
    expect(child.daemon).toBe(true);
    expect(() => Object.assign(child, { daemon: 1 })).toThrow(TypeError);
    child.start();
    expect(() => {
      child.daemon = false;
    }).toThrow(new AssertionError('process has already started'));
    child.join();
  });

  test('cannot have children, and its Process objects are daemonic', () => {
    expect(
      toldBy((memory) => {
        const child = new Process();
        try {
          child.start();
        } catch (error) {
          const { name, message } = error as Error;
          tell(memory, [currentProcess().daemon, child.daemon, name, message]);
        }
      }),
    ).toEqual([
      true,
      true,
      'AssertionError',
      'daemonic processes are not allowed to have children',
    ]);
  });
});

describe('what keeps a process from starting', () => {
  test('a target or an argument that cannot travel leaves it startable', () => {
    const outside = { socket: new WeakMap() };
    const captures = new Process({ target: () => outside.socket });
    expect(() => captures.start()).toThrow(PicklingError);
    expect(() => captures.start()).toThrow(/outside\.socket/);
    expect([captures.pid, captures.isAlive(), activeChildren()]).toEqual([null, false, []]);

    const list: unknown[] = [new WeakMap()];
    const child = new Process({
      target: (..._: unknown[]) => {},
      args: [{ list }],
      daemon: true,
    });
    expect(() => child.start()).toThrow(/\[0\]\.list\[0\]/);
    list.length = 0;
    child.start();
    child.join();
    expect(child.exitcode).toBe(0);
  });

  test('a lock of threading is refused, by its path', () => {
    const child = new Process({
      target: (..._: unknown[]) => {},
      args: [1, { locks: [new ThreadLock()] }],
    });
    expect(() => child.start()).toThrow(/\[1\]\.locks\[0\]/);
    const guard = new ThreadLock();
    expect(() => new Process({ target: () => guard.acquire() }).start()).toThrow(/guard/);
  });

  test('a program that is not there is an OSError, and it can be started again', () => {
    const { execPath } = process;
    const descriptors = () => readdirSync('/proc/self/fd').length;
    exitcodeOf({});
    const before = descriptors();
    const child = new Process({ target: () => process.exit(3), daemon: true });
    try {
      process.execPath = '/nonexistent/node';
      for (let i = 0; i < 2; i++) {
        expect(() => child.start()).toThrow(
          expect.objectContaining({
            name: 'FileNotFoundError',
            errno: 2,
            code: 'ENOENT',
            filename: '/nonexistent/node',
          }),
        );
      }
      expect(() => child.start()).toThrow(FileNotFoundError);
    } finally {
      process.execPath = execPath;
    }
    expect([child.pid, child.exitcode, child.isAlive()]).toEqual([null, null, false]);
    // A fork server that another program was to succeed is gone, too.
    expect(descriptors()).toBeLessThanOrEqual(before);
    child.start();
    child.join();
    expect(child.exitcode).toBe(3);
  });
});
