import { existsSync, readdirSync, readlinkSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { Worker } from 'node:worker_threads';
import { RuntimeError } from 'heddle/errors';
import {
  activeChildren,
  Barrier,
  Condition,
  currentProcess,
  Event,
  getContext,
  Lock,
  Pipe,
  parentProcess,
  Queue,
  Semaphore,
  Value,
} from 'heddle/multiprocessing';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { Thread, Event as ThreadEvent, Lock as ThreadLock } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { addon } from '../../dist/_native/index.js';
import { collectGarbage } from '../setup/garbage.js';
import { endChildrenAfterEach } from '../setup/processes.js';

endChildrenAfterEach();

const { Process } = getContext('fork');

function fork(target: () => unknown): InstanceType<typeof Process> {
  const child = new Process({ target });
  child.start();
  return child;
}

/** What a copy of this process puts into a queue. */
function told<T>(tell: () => T): T {
  const queue = new Queue<T>();
  const child = fork(() => queue.put(tell()));
  const value = queue.get({ timeout: 10 });
  child.join();
  expect(child.exitcode).toBe(0);
  return value;
}

describe('a process that is a copy of its parent', () => {
  test('has all objects of its parent as they were, and its own from then on', () => {
    class Counter {
      #count = 1;
      count() {
        return this.#count++;
      }
    }
    const counter = new Counter();
    counter.count();
    const table = new Map([[counter, new WeakRef(counter)]]);
    expect(
      told(() => [counter.count(), counter.count(), table.get(counter)?.deref() === counter]),
    ).toEqual([2, 3, true]);
    expect(counter.count()).toBe(2);
  });

  test('knows what it is', () => {
    const names = told(() => [
      process.pid === addon.pid(),
      process.ppid,
      currentProcess().name,
      currentProcess().pid === process.pid,
      currentProcess() instanceof Process,
      parentProcess()?.pid,
      parentProcess()?.name,
      activeChildren().length,
      process.exitCode,
    ]);
    const own = [true, process.pid, expect.stringMatching(/^ForkProcess-\d+$/), true, true];
    expect(names).toEqual([...own, process.pid, currentProcess().name, 0, undefined]);
  });

  test('ends with the exit code that it says, or with 1', () => {
    const code = (target: () => unknown) => {
      const child = fork(target);
      child.join();
      return child.exitcode;
    };
    expect(code(() => undefined)).toBe(0);
    expect(code(() => process.exit(7))).toBe(7);
    expect(
      code(() => {
        process.exitCode = 9;
      }),
    ).toBe(9);
    expect(code(() => process.kill(process.pid, 'SIGKILL'))).toBe(-9);
  });

  test('tells of an error, and that it has no event loop', () => {
    const [reader, writer] = Pipe(false);
    const errors = (target: () => unknown) => {
      const child = fork(() => {
        process.stderr.write = (text) => {
          writer.send(text);
          return true;
        };
        return target();
      });
      const text = reader.recv() as string;
      child.join();
      expect(child.exitcode).toBe(1);
      return text;
    };
    expect(
      errors(() => {
        throw new TypeError('not so');
      }),
    ).toMatch(/^Process ForkProcess-\d+:\nTypeError: not so\n/);
    expect(errors(async () => undefined)).toMatch(/RuntimeError: .* has no event loop/);
  });

  test('runs no listener of its parent', () => {
    const memory = Value('i', 0);
    const count = () => {
      memory.value += 1;
    };
    process.on('exit', count);
    process.on('SIGTERM', count);
    try {
      fork(() => undefined).join();
      const begun = new Event();
      const child = fork(() => {
        begun.set();
        for (;;);
      });
      begun.wait();
      child.terminate();
      child.join();
      expect([memory.value, child.exitcode]).toEqual([0, -constants.signals.SIGTERM]);
    } finally {
      process.off('exit', count);
      process.off('SIGTERM', count);
    }
  });

  test('draws random numbers of its own', () => {
    const drawn = Array.from({ length: 8 }, () =>
      told(() => [Math.random(), crypto.randomUUID(), process.hrtime.bigint() > 0n]),
    ).flat();
    expect(new Set(drawn).size).toBe(17);
  });

  test('shares every primitive', () => {
    const [lock, ready, semaphore, barrier] = [
      new Lock(),
      new Event(),
      new Semaphore(0),
      new Barrier(2),
    ];
    const condition = new Condition();
    const value = Value('i', 0);
    const child = fork(() => {
      for (let i = 0; i < 1000; i++) {
        lock.acquire();
        value.value += 1;
        lock.release();
      }
      barrier.wait();
      ready.set();
      semaphore.acquire();
      condition.acquire();
      value.value = -1;
      condition.notify();
      condition.release();
    });
    for (let i = 0; i < 1000; i++) {
      lock.acquire();
      value.value += 1;
      lock.release();
    }
    barrier.wait();
    ready.wait();
    expect(value.value).toBe(2000);
    condition.acquire();
    semaphore.release();
    expect(condition.waitFor(() => value.value === -1, 10)).toBe(true);
    condition.release();
    child.join();
    expect(child.exitcode).toBe(0);
  });

  test('abandons what it holds when it is killed, and nothing that its parent holds', () => {
    const [mine, its] = [new Lock(), new Lock()];
    mine.acquire();
    const begun = new Event();
    const child = fork(() => {
      its.acquire();
      begun.set();
      for (;;);
    });
    begun.wait();
    child.kill();
    child.join();
    expect(() => its.acquire({ timeout: 10 })).toThrow(
      expect.objectContaining({ name: 'LockAbandonedError' }),
    );
    its.recover();
    mine.release();
    expect(mine.acquire(false)).toBe(true);
  });

  test('lets go of nothing that its parent has, however it forgets it', () => {
    let queue: Queue<number> | undefined = new Queue<number>();
    let memory: SharedMemory | undefined = new SharedMemory({ create: true, size: 100 });
    let locks: Lock[] | undefined = Array.from({ length: 100 }, () => new Lock());
    const [kept, keptQueue, keptMemory] = [[...locks], new WeakRef(queue), new WeakRef(memory)];
    queue.put(1);
    memory.buf[0] = 5;
    const child = fork(() => {
      memory?.close();
      [queue, memory, locks] = [undefined, undefined, undefined];
      kept.length = 0;
      for (let i = 0; i < 3; i++) collectGarbage();
      // What was freed would be given out again.
      for (let i = 0; i < 200; i++) new Lock().acquire();
      const other = new Queue<number>();
      other.put(99);
    });
    child.join();
    expect(child.exitcode).toBe(0);
    expect(kept.map((lock) => lock.locked())).toEqual(kept.map(() => false));
    expect(keptQueue.deref()?.get({ timeout: 1 })).toBe(1);
    expect(keptMemory.deref()?.buf[0]).toBe(5);
    memory?.close();
    memory?.unlink();
    expect([queue, locks?.length]).toEqual([expect.anything(), 100]);
  });

  test('leaves nothing behind', () => {
    // Named, so that this process has a keeper, which is not the one of the copies.
    using ours = new SharedMemory({ create: true, size: 10 });
    expect(ours.name).not.toBe('');
    const census = () => [readdirSync('/dev/shm').length, readdirSync('/proc/self/fd').length];
    fork(() => undefined).join();
    collectGarbage();
    const before = census();
    for (let i = 0; i < 20; i++) {
      const child = fork(() => {
        const memory = new SharedMemory({ create: true, size: 10 });
        memory.buf[0] = memory.name.length;
        new Queue().put(1);
        if (i % 2) process.kill(process.pid, 'SIGKILL');
      });
      child.join();
      child.close();
    }
    const deadline = performance.now() + 5000;
    // A keeper removes what the killed ones have named.
    while (census()[0] !== before[0] && performance.now() < deadline);
    expect(census()).toEqual(before);
  });

  test('starts processes itself, by every method', () => {
    const codes = told(() => {
      const started = (['fork', 'spawn', 'forkserver'] as const).map((method) => {
        const child = new (getContext(method).Process)({ target: () => process.exit(3) });
        child.start();
        return child;
      });
      return started.map((child) => {
        child.join();
        return child.exitcode;
      });
    });
    expect(codes).toEqual([3, 3, 3]);
  });

  test('does not keep its siblings from seeing the end of their parent', () => {
    const [pids, never] = [new Queue<number>(), new Event()];
    const middle = fork(() => {
      const lasting = new Process({ target: () => never.wait() });
      const ending = new (getContext('spawn').Process)({
        target: waitFor,
        args: [never],
        daemon: true,
      });
      ending.start();
      lasting.start();
      pids.put(ending.pid as number);
      pids.put(lasting.pid as number);
      process.kill(process.pid, 'SIGKILL');
    });
    const [ending, lasting] = [pids.get({ timeout: 10 }), pids.get({ timeout: 10 })];
    middle.join();
    const deadline = performance.now() + 10_000;
    while (addon.processStartTime(ending) !== undefined && performance.now() < deadline);
    expect(addon.processStartTime(ending)).toBeUndefined();
    expect(addon.processStartTime(lasting)).toBeDefined();
    never.set();
    while (addon.processStartTime(lasting) !== undefined && performance.now() < deadline);
    expect(addon.processStartTime(lasting)).toBeUndefined();
  });

  test('writes what its parent writes to', () => {
    const [reader, writer] = Pipe(false);
    fork(() => writeSync(writer.fileno(), Buffer.from([0, 0, 0, 2, 104, 105]))).join();
    expect(reader.recvBytes().toString()).toBe('hi');
    expect(readlinkSync('/proc/self/fd/1')).toBe(told(() => readlinkSync('/proc/self/fd/1')));
  });
});

describe('a fork', () => {
  test('is refused while threads run, which would run on in the copy', () => {
    const end = new ThreadEvent();
    const thread = new Thread({ target: (over: ThreadEvent) => over.wait(), args: [end] });
    thread.start();
    const child = new Process({ target: () => undefined });
    expect(() => child.start()).toThrow(
      new RuntimeError(
        'cannot fork: 1 thread would run on in the child; join them first, or use another start method',
      ),
    );
    end.set();
    thread.join();
    child.start();
    child.join();
    expect(child.exitcode).toBe(0);
  });

  test('has the Workers of its parent, at whatever they were', async () => {
    const done = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
    const module = new URL('../setup/busy-worker.js', import.meta.url);
    const workers = [1, 2].map(() => new Worker(module, { workerData: done.buffer }));
    const awaitMore = () => {
      const before = [...done];
      for (const [what, count] of before.entries()) {
        for (let now = 0; now < count + 5; now = Atomics.load(done, what)) {
          Atomics.wait(done, what, now);
        }
      }
    };
    try {
      for (let i = 0; i < 10; i++) {
        awaitMore();
        const child = fork(awaitMore);
        child.join();
        expect(child.exitcode).toBe(0);
      }
      awaitMore();
    } finally {
      await Promise.all(workers.map((worker) => worker.terminate()));
    }
  });

  test('is for the main thread', () => {
    const outcome = new Queue<string>();
    const thread = new Thread({
      target: (tell: Queue<string>) => {
        try {
          new (getContext('fork').Process)({ target: () => undefined }).start();
        } catch (error) {
          tell.put(String(error));
        }
      },
      args: [outcome],
    });
    thread.start();
    expect(outcome.get({ timeout: 10 })).toMatch(/RuntimeError: only the main thread can fork/);
    thread.join();
  });

  test('leaves the parent and its event loop as they were', async () => {
    const lock = new ThreadLock();
    lock.acquire();
    const timer = new Promise((resolve) => setTimeout(resolve, 1, 'timer'));
    for (let i = 0; i < 20; i++) fork(() => lock.release()).join();
    expect(lock.locked()).toBe(true);
    expect(await timer).toBe('timer');
    expect(existsSync(`/proc/${process.pid}`)).toBe(true);
  });
});

function waitFor(event: Event): void {
  event.wait();
}
