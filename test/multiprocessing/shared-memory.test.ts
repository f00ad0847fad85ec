import { existsSync, readdirSync } from 'node:fs';
import { inspect } from 'node:util';
import { FileExistsError, FileNotFoundError, ValueError } from 'heddle/errors';
import { Event } from 'heddle/multiprocessing';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { Thread } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { doesKeeperWait, isRunning, keeperOf } from '../hang/proc.js';
import { runNode } from '../setup/children.js';
import { endChildrenAfterEach, start as startChild } from '../setup/processes.js';

endChildrenAfterEach();

const file = (name: string) => `/dev/shm/${name}`;
const uniqueName = () => `heddle-test-${process.pid}-${Math.random().toString(36).slice(2)}`;

describe('SharedMemory', () => {
  test('is zeroed, at least as large as asked for, and a Buffer', () => {
    using memory = new SharedMemory({ create: true, size: 1000 });
    expect(memory.size).toBeGreaterThanOrEqual(1000);
    expect(memory.buf).toBeInstanceOf(Buffer);
    expect(memory.buf.length).toBe(memory.size);
    expect(memory.buf.every((byte) => byte === 0)).toBe(true);
  });

  test('without a name it has none in the file system until somebody asks', () => {
    const before = readdirSync('/dev/shm').length;
    using memory = new SharedMemory({ create: true, size: 8 });
    expect(readdirSync('/dev/shm')).toHaveLength(before);
    const name = memory.name;
    expect(name).toMatch(/^psm_[0-9a-f]{8}$/);
    expect(memory.name).toBe(name);
    expect(existsSync(file(name))).toBe(true);
    memory.unlink();
    expect(existsSync(file(name))).toBe(false);
  });

  test('two that are attached to one name see each other', () => {
    const name = uniqueName();
    using first = new SharedMemory({ name, create: true, size: 16 });
    using second = new SharedMemory({ name });
    expect(second.size).toBe(first.size);
    first.buf[3] = 7;
    expect(second.buf[3]).toBe(7);
    second.buf.write('warp');
    expect(first.buf.toString('latin1', 0, 4)).toBe('warp');
    first.unlink();
  });

  test('a name can be taken once, and attached to only while it is there', () => {
    const name = uniqueName();
    using memory = new SharedMemory({ name, create: true, size: 16 });
    expect(() => new SharedMemory({ name, create: true, size: 16 })).toThrow(FileExistsError);
    memory.unlink();
    expect(() => memory.unlink()).toThrow(FileNotFoundError);
    const attach = () => new SharedMemory({ name });
    expect(attach).toThrow(FileNotFoundError);
    expect(attach).toThrow(`[Errno 2] no such file or directory: '${name}'`);
    memory.buf[0] = 1;
  });

  test('close detaches every view, and may be repeated', () => {
    const memory = new SharedMemory({ create: true, size: 64 });
    const { buf } = memory;
    const view = new Int32Array(buf.buffer, 0, 4);
    memory.close();
    memory.close();
    expect([buf.length, view.length, memory.buf.length]).toEqual([0, 0, 0]);
    expect(view[0]).toBe(undefined);
    view[0] = 5;
    expect(inspect(memory)).toMatch(/closed/);
  });

  test('closed, it has no descriptor any more, and can still be unlinked', () => {
    const descriptors = () => readdirSync('/proc/self/fd').length;
    using first = new SharedMemory({ name: uniqueName(), create: true, size: 64 });
    const before = descriptors();
    const others = Array.from({ length: 20 }, () => new SharedMemory({ name: first.name }));
    expect(descriptors()).toBe(before + 20);
    for (const other of others) other.close();
    expect(descriptors()).toBe(before);
    others[0]?.unlink();
    expect(existsSync(file(first.name))).toBe(false);
  });

  test('goes to another thread by reference', () => {
    using memory = new SharedMemory({ create: true, size: 8 });
    const write = (shared: SharedMemory) => {
      shared.buf[0] = 42;
      shared.close();
    };
    const thread = new Thread({ target: write, args: [memory] });
    thread.start();
    thread.join();
    expect(memory.buf[0]).toBe(42);
  });

  test('refuses bad sizes and names', () => {
    for (const size of [0, -1]) {
      expect(() => new SharedMemory({ create: true, size })).toThrow(ValueError);
    }
    expect(() => new SharedMemory({ create: true })).toThrow(TypeError);
    expect(() => new SharedMemory({ create: true, size: 1.5 })).toThrow(TypeError);
    expect(() => new SharedMemory({})).toThrow(ValueError);
    for (const name of ['', 'a/b', 'a\0b', 'a\nb']) {
      expect(() => new SharedMemory({ name, create: true, size: 1 })).toThrow(ValueError);
    }
    // @ts-expect-error: unknown option
    expect(() => new SharedMemory({ create: true, bytes: 1 })).toThrow(/unknown option 'bytes'/);
  });

  test('a size that the system does not have is an OSError', () => {
    expect(() => new SharedMemory({ create: true, size: 2 ** 52 })).toThrow(
      expect.objectContaining({ name: 'OSError', syscall: expect.any(String) }),
    );
  });
});

describe('the name of shared memory', () => {
  const gone = async (name: string) => {
    // The keeper works at its own pace once we are gone; the test's time limit is the bound.
    while (existsSync(file(name))) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const program = (name: string, end: string, track = true) =>
    runNode([
      '--input-type=module',
      '-e',
      `import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
       new SharedMemory({ name: '${name}', create: true, size: 100, track: ${track} });
       ${end};`,
    ]);

  for (const end of [
    'process.exit(3)',
    'void 0',
    `throw new Error('x')`,
    `process.kill(process.pid, 'SIGTERM')`,
    `process.kill(process.pid, 'SIGKILL')`,
  ]) {
    test(`is gone after ${end}`, async () => {
      const name = uniqueName();
      await program(name, end);
      await gone(name);
    });
  }

  test('stays where it shall not be tracked', async () => {
    const name = uniqueName();
    await program(name, 'void 0', false);
    using memory = new SharedMemory({ name });
    memory.unlink();
  });
});

describe('a name that others use when its maker ends', () => {
  const make = (name: string, ready: Event) => {
    new SharedMemory({ name, create: true, size: 16 });
    ready.set();
    new Event().wait();
  };
  const use = (name: string, ready: Event) => {
    new SharedMemory({ name });
    ready.set();
    new Event().wait();
  };
  const start = (target: typeof make, name: string) => {
    const ready = new Event();
    const child = startChild({ target, args: [name, ready] });
    ready.wait();
    return child;
  };
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  test('stays until they are gone, too, however both end', async () => {
    const name = uniqueName();
    const maker = start(make, name);
    const user = start(use, name);
    const keeper = await keeperOf(maker.pid as number);
    maker.kill();
    maker.join();
    // The keeper has looked, and waits for the user.
    await until(() => doesKeeperWait(keeper));
    expect(existsSync(file(name))).toBe(true);
    using late = new SharedMemory({ name });
    user.kill();
    user.join();
    late.buf[0] = 1;
    expect(existsSync(file(name))).toBe(true);
    late.unlink();
    expect(existsSync(file(name))).toBe(false);
  });

  test('goes with the last of them, killed or not', async () => {
    for (const end of ['kill', 'terminate'] as const) {
      const name = uniqueName();
      const maker = start(make, name);
      const user = start(use, name);
      maker[end]();
      maker.join();
      user[end]();
      user.join();
      await until(() => !existsSync(file(name)));
    }
  });

  test('is not taken from a segment that has it later', async () => {
    const name = uniqueName();
    const maker = start(make, name);
    const keeper = await keeperOf(maker.pid as number);
    new SharedMemory({ name }).unlink();
    using next = new SharedMemory({ name, create: true, size: 16, track: false });
    maker.kill();
    maker.join();
    await until(() => !isRunning(keeper));
    expect(existsSync(file(name))).toBe(true);
    next.unlink();
  });
});
