import { inspect } from 'node:util';
import { ProcessPoolExecutor } from 'heddle/concurrent/futures';
import { RuntimeError, ValueError } from 'heddle/errors';
import * as multiprocessing from 'heddle/multiprocessing';
import {
  currentProcess,
  getAllStartMethods,
  getContext,
  getStartMethod,
  Lock,
  Process,
  Queue,
  setExecutable,
  setForkserverPreload,
  setStartMethod,
} from 'heddle/multiprocessing';
import {
  BaseContext,
  ForkProcess,
  SpawnContext,
  SpawnProcess,
} from 'heddle/multiprocessing/context';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { dumps, loads, register } from 'heddle/pickle';
import { Thread } from 'heddle/threading';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tell, told } from '../fixtures/processes/report.js';
import { endChildrenAfterEach } from '../setup/processes.js';

endChildrenAfterEach();
const forget = () => setStartMethod(null, { force: true });
beforeEach(forget);
afterEach(forget);

const [first] = getAllStartMethods();
const chosen = () => getStartMethod({ allowNone: true });

/** What a started process tells in memory. */
function toldIn(start: (memory: SharedMemory) => Process): unknown {
  using memory = new SharedMemory({ create: true, size: 4096 });
  start(memory).join();
  return told(memory);
}

describe('the start method', () => {
  test("is nobody's choice at first, and then the default", () => {
    expect(chosen()).toBe(null);
    expect(getStartMethod()).toBe(first);
    expect(chosen()).toBe(first);
  });

  test.each([
    ['getContext()', () => getContext()],
    ['the start of a process', () => new Process({ daemon: true }).start()],
    ['an executor', () => new ProcessPoolExecutor({ maxWorkers: 1 })],
    ['setStartMethod(null)', () => setStartMethod(null)],
  ])('is settled by %s', (_, use) => {
    use();
    expect(chosen()).toBe(first);
    expect(() => setStartMethod('spawn')).toThrow(new RuntimeError('context has already been set'));
  });

  test.each([
    ['the context of one', () => new (getContext('spawn').Process)({ daemon: true }).start()],
    ['locks and queues', () => [new Lock(), new Queue()]],
    ['a process that is not started', () => new Process()],
  ])('is left open by %s', (_, use) => {
    use();
    expect(chosen()).toBe(null);
  });

  test('is set once, unless by force', () => {
    setStartMethod('spawn');
    expect(getStartMethod()).toBe('spawn');
    expect(() => setStartMethod('spawn')).toThrow(RuntimeError);
    expect(() => setStartMethod(null)).toThrow(RuntimeError);
    setStartMethod('forkserver', { force: true });
    expect(getStartMethod()).toBe('forkserver');
    setStartMethod(null, { force: true });
    expect(chosen()).toBe(null);
  });

  test('must be one that there is', () => {
    const bad = new ValueError("cannot find context for 'x'");
    expect(() => setStartMethod('x' as 'spawn')).toThrow(bad);
    expect(() => getContext('x' as 'spawn')).toThrow(bad);
    expect(chosen()).toBe(null);
  });

  test('is refused with options of a wrong type or name', () => {
    // @ts-expect-error: not a boolean
    expect(() => setStartMethod('spawn', { force: 1 })).toThrow(/force must be a boolean/);
    // @ts-expect-error: not an object
    expect(() => getStartMethod(true)).toThrow(/options must be an object/);
    // @ts-expect-error: unknown
    expect(() => getStartMethod({ allow_none: true })).toThrow(/unknown option 'allow_none'/);
  });

  test('is the same in all threads', () => {
    using memory = new SharedMemory({ create: true, size: 4096 });
    setStartMethod('spawn');
    const thread = new Thread({
      target: (to: SharedMemory) => {
        tell(to, getStartMethod());
        setStartMethod('forkserver', { force: true });
      },
      args: [memory],
    });
    thread.start();
    thread.join();
    expect(told(memory)).toBe('spawn');
    expect(getStartMethod()).toBe('forkserver');
  });

  test.each(getAllStartMethods())('%s goes to the children of children', (method) => {
    const target = (to: SharedMemory) => {
      const inner = new Process({
        target: (mine: SharedMemory, outer: string | null) =>
          tell(mine, [outer, getStartMethod({ allowNone: true })]),
        args: [to, getStartMethod({ allowNone: true })],
      });
      inner.start();
      inner.join();
    };
    for (const inContext of [false, true]) {
      if (!inContext) setStartMethod(method, { force: true });
      else setStartMethod(null, { force: true });
      const told = toldIn((memory) => {
        const Started = inContext ? getContext(method).Process : Process;
        const child = new Started({ target, args: [memory] });
        child.start();
        return child;
      });
      expect(told).toEqual([method, method]);
    }
  });
});

describe('a context', () => {
  test.each(getAllStartMethods())('of %s is always the same, and keeps its method', (method) => {
    const context = getContext(method);
    expect(getContext(method)).toBe(context);
    expect(context.getContext()).toBe(context);
    expect(context.getContext(first)).toBe(getContext(first));
    expect(context.getStartMethod()).toBe(method);
    const fixed = new ValueError('cannot set start method of concrete context');
    expect(() => context.setStartMethod('spawn')).toThrow(fixed);
    expect(() => context.getContext('x' as 'spawn')).toThrow(ValueError);
  });

  test('without a method is that of the method in force', () => {
    setStartMethod('spawn');
    expect(getContext()).toBe(getContext('spawn'));
    expect(getContext(null)).toBeInstanceOf(SpawnContext);
  });

  test('has what the module has', () => {
    const context: Record<string, unknown> = { ...getContext('spawn') };
    const own = ['Process', 'getContext', 'getStartMethod', 'setStartMethod', 'getAllStartMethods'];
    const others = Object.entries(multiprocessing).filter(
      ([name]) => !own.includes(name) && name !== 'internals' && !/^[A-Z]+$/.test(name),
    );
    expect(others.length).toBeGreaterThan(20);
    for (const [name, value] of others) expect(context[name], name).toBe(value);
    expect(inspect(getContext('spawn'))).toBe('<SpawnContext>');
  });

  test('has processes that are named after it, also as subclasses', () => {
    const { Process: Started } = getContext('spawn');
    expect(Started).toBe(SpawnProcess);
    expect(new Started().name).toMatch(/^SpawnProcess-\d+$/);
    expect(inspect(new Started({ name: 'a' }))).toBe("<SpawnProcess name='a' initial>");
    expect(new ForkProcess()).toBeInstanceOf(Process);
    class Weaver extends Started {
      thread = 3;
      override run() {
        process.exit(this.thread);
      }
    }
    const weaver = new Weaver();
    expect(weaver.name).toMatch(/^Weaver-\d+$/);
    weaver.start();
    weaver.join();
    expect(weaver.exitcode).toBe(3);
  });

  test('travels, and is there the one of that method', () => {
    const context = getContext('spawn');
    expect(
      toldIn((memory) => {
        const target = (to: SharedMemory) => {
          tell(to, [context === getContext('spawn'), context.currentProcess().name]);
        };
        const child = new context.Process({ target, args: [memory], name: 'far' });
        child.start();
        return child;
      }),
    ).toEqual([true, 'far']);
  });

  test('has locks and queues that processes of others can use', () => {
    const [spawn, server] = [getContext('spawn'), getContext(first)];
    const [lock, queue] = [new spawn.Lock(), new spawn.Queue()];
    const target = (l: Lock, q: Queue) => l.with(() => q.put(currentProcess().name));
    const children = [spawn, server, multiprocessing].map(({ Process: Started }, i) => {
      const child = new Started({ target, args: [lock, queue], name: `child ${i}` });
      child.start();
      return child;
    });
    for (const child of children) child.join();
    const names = children.map(() => queue.get());
    expect(names.sort()).toEqual(['child 0', 'child 1', 'child 2']);
  });

  test('has its classes in a module, as Python has', () => {
    expect(getContext()).toBeInstanceOf(BaseContext);
  });
});

describe('what only matters to some programs', () => {
  test('freezeSupport and allowConnectionPickling do nothing', () => {
    expect(multiprocessing.freezeSupport()).toBe(undefined);
    expect(multiprocessing.allowConnectionPickling()).toBe(undefined);
  });

  test('the reducer is that of pickle', () => {
    const { reducer } = multiprocessing;
    expect(reducer.register).toBe(register);
    expect(reducer.ForkingPickler).toEqual({ register, dumps, loads });
  });

  test('setExecutable refuses what is no path', () => {
    // @ts-expect-error: a number
    expect(() => setExecutable(5)).toThrow(/executable must be a string/);
  });

  test.each([['a.js'], [5], [['a.js', 5]], [null]])('setForkserverPreload refuses %o', (names) => {
    expect(() => setForkserverPreload(names as string[])).toThrow(
      /moduleNames must be a list of strings/,
    );
  });
});
