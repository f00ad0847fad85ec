import { AssertionError, ValueError } from 'heddle/errors';
import { activeChildren, currentProcess, Process, parentProcess } from 'heddle/multiprocessing';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { describe, expect, test } from 'vitest';
import { tell, told } from '../fixtures/processes/report.js';
import { Twice, Weaver } from '../fixtures/processes/weaver.js';
import { endChildrenAfterEach, toldBy } from '../setup/processes.js';

endChildrenAfterEach();

describe('a subclass', () => {
  test('of a module has its class, its fields and its name in the child', () => {
    using memory = new SharedMemory({ create: true, size: 4096 });
    const child = new Weaver({ name: 'arachne', daemon: true });
    child.threads.set('weft', 2);
    child.memory = memory as never;
    child.start();
    child.join();
    expect(child.exitcode).toBe(0);
    expect(told(memory)).toEqual({
      threads: [
        ['warp', 1],
        ['weft', 2],
      ],
      isCurrent: true,
      isWeaver: true,
      name: 'arachne',
      secret: 'TypeError',
    });
  });

  test('may call the run() of Process, with target and arguments', () => {
    using memory = new SharedMemory({ create: true, size: 8 });
    const child = new Twice({
      target: (to: SharedMemory) => Atomics.add(new Int32Array(to.buf.buffer), 0, 1),
      args: [memory],
      daemon: true,
    });
    child.start();
    child.join();
    expect(memory.buf.readInt32LE()).toBe(2);
  });

  test('of a test file travels as functions of it do', () => {
    using memory = new SharedMemory({ create: true, size: 4096 });
    class Local extends Process {
      words = ['in', 'a', 'test'];
      constructor(readonly memory: SharedMemory) {
        super({ daemon: true });
      }
      override run() {
        tell(this.memory, this.words);
      }
    }
    const child = new Local(memory);
    child.start();
    child.join();
    expect(told(memory)).toEqual(['in', 'a', 'test']);
  });
});

describe('who is who', () => {
  test('in the first process', () => {
    const main = currentProcess();
    expect(currentProcess()).toBe(main);
    expect([main.name, main.pid, main.daemon, main.exitcode, main.isAlive()]).toEqual([
      'MainProcess',
      process.pid,
      false,
      null,
      true,
    ]);
    expect(() => main.join()).toThrow(new AssertionError('can only join a child process'));
    expect(() => main.terminate()).toThrow(ValueError);
    expect(parentProcess()).toBe(null);
  });

  test('in a child', () => {
    const inside = toldBy((memory) => {
      const [self, parent] = [currentProcess(), parentProcess()];
      const refused = (use: () => unknown) => {
        try {
          use();
        } catch (error) {
          return (error as Error).name;
        }
      };
      tell(memory, [
        [self === currentProcess(), self.pid === process.pid, self.name, self.daemon],
        [parent?.pid, parent?.name, parent?.isAlive(), parent?.exitcode],
        [refused(() => parent?.terminate()), refused(() => self.join()), activeChildren().length],
        parent?.join(0) ?? null,
      ]);
    });
    expect(inside).toEqual([
      [true, true, expect.stringMatching(/^Process-\d+$/), true],
      [process.pid, 'MainProcess', true, null],
      ['ValueError', 'AssertionError', 0],
      null,
    ]);
  });
});
