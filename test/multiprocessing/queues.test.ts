import { inspect } from 'node:util';
import { OSError, ValueError } from 'heddle/errors';
import { JoinableQueue, Process, Queue, SimpleQueue } from 'heddle/multiprocessing';
import { PicklingError } from 'heddle/pickle';
import { Empty, Full, Queue as ThreadQueue } from 'heddle/queue';
import { Lock as ThreadLock } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { runNode } from '../setup/children.js';
import { endChildrenAfterEach, start } from '../setup/processes.js';

endChildrenAfterEach();

describe('Queue of multiprocessing', () => {
  test('147: a negative time-out does not wait', async () => {
    const queue = new Queue<number>(1);
    expect(() => queue.get(true, -1)).toThrow(Empty);
    expect(() => queue.get({ timeout: -0.5 })).toThrow(Empty);
    await expect(queue.getAsync({ timeout: -1 })).rejects.toThrow(Empty);
    queue.put(1, true, -1);
    expect(() => queue.put(2, true, -1)).toThrow(Full);
    await expect(queue.putAsync(2, { timeout: -1 })).rejects.toThrow(Full);
    expect(queue.get(true, -1)).toBe(1);
  });

  test('148: an item is there when put returns, however many there are', () => {
    const queue = new Queue<string>();
    const large = 'x'.repeat(100_000);
    for (let i = 0; i < 200; i++) queue.put(large);
    expect([queue.empty(), queue.qsize(), queue.full()]).toEqual([false, 200, false]);
    for (let i = 0; i < 200; i++) expect(queue.getNowait()).toBe(large);
    expect(queue.empty()).toBe(true);
  });

  test('149: what exists in one process only is an error of put, and leaves the queue as it was', () => {
    for (const queue of [new Queue(1), new JoinableQueue(1), new SimpleQueue()]) {
      for (const item of [new ThreadLock(), new ThreadQueue(), new WeakMap()]) {
        expect(() => queue.put({ deep: [item] })).toThrow(PicklingError);
      }
      expect(queue.empty()).toBe(true);
      queue.put(1);
      expect(queue.get()).toBe(1);
    }
  });

  test.each([Queue, JoinableQueue])('150: %o is closed for its own thread only', async (Class) => {
    const queue = new Class<number>(3);
    const elsewhere = new SimpleQueue<Queue<number>>();
    elsewhere.put(queue);
    queue.put(1);
    queue.close();
    queue.close();
    queue.joinThread();
    const name = Class.name;
    const closed = new ValueError(`Queue <heddle.${name}: qsize=1, maxsize=3, closed> is closed`);
    for (const call of [
      () => queue.put(2),
      () => queue.put(2, { timeout: 1 }),
      () => queue.putNowait(2),
      () => queue.get(),
      () => queue.get(false),
      () => queue.getNowait(),
    ]) {
      expect(call).toThrow(closed);
    }
    await expect(queue.putAsync(2)).rejects.toThrow(closed);
    await expect(queue.getAsync()).rejects.toThrow(closed);
    expect([queue.qsize(), queue.full()]).toEqual([1, false]);
    const other = elsewhere.get();
    expect(other.get()).toBe(1);
    other.put(2);
    expect(other.get()).toBe(2);
  });

  test('150: empty of a closed queue is an OSError, if it was used', async () => {
    const unused = new Queue();
    unused.close();
    unused.joinThread();
    expect(unused.empty()).toBe(true);
    const puts = [
      (queue: Queue) => queue.put(1),
      (queue: Queue) => queue.putNowait(1),
      (queue: Queue) => queue.putAsync(1),
    ];
    for (const put of puts) {
      const used = new Queue();
      await put(used);
      used.close();
      expect(() => used.empty()).toThrow(new OSError('handle is closed'));
    }
  });

  test('151: a process that ends at once leaves what it has put, of any size', () => {
    const queue = new Queue<string>();
    const child = start({
      target: (to: Queue<string>) => {
        to.put('x'.repeat(3 << 20));
        to.put('last');
        to.cancelJoinThread();
        process.exit(0);
      },
      args: [queue],
    });
    child.join();
    expect(child.exitcode).toBe(0);
    expect(queue.get().length).toBe(3 << 20);
    expect(queue.get()).toBe('last');
  });

  test('shows its state', () => {
    const queue = new JoinableQueue(3);
    queue.put(1);
    expect(inspect(queue)).toBe('<heddle.JoinableQueue: qsize=1, maxsize=3>');
    expect(inspect(new Queue())).toBe('<heddle.Queue: qsize=0, maxsize=0>');
    const simple = new SimpleQueue();
    simple.close();
    expect(inspect(simple)).toBe('<heddle.SimpleQueue: qsize=0, closed>');
  });

  test('a queue goes through a queue to a process, and is the same there', () => {
    const [ways, queue] = [
      new Queue<{ back: JoinableQueue<string> }>(),
      new JoinableQueue<string>(2),
    ];
    const answer = (from: typeof ways) => from.get().back.put('through');
    const child = start({ target: answer, args: [ways] });
    ways.put({ back: queue });
    expect(queue.get()).toBe('through');
    child.join();
  });
});

describe('JoinableQueue', () => {
  /** Gets so many, finishes so many, and says so. */
  const work = (queue: JoinableQueue<number>, gets: number, done: number, told: SimpleQueue) => {
    for (let i = 0; i < gets; i++) queue.get();
    for (let i = 0; i < done; i++) queue.taskDone();
    told.put('worked');
    return new Promise(() => setInterval(() => {}, 1e6));
  };

  test.each(['join', 'joinAsync'] as const)(
    '%s does not wait for what a killed process had got',
    async (join) => {
      const [queue, told] = [new JoinableQueue<number>(), new SimpleQueue()];
      for (let i = 0; i < 5; i++) queue.put(i);
      const child = start({ target: work, args: [queue, 3, 1, told] });
      told.get();
      queue.get();
      queue.taskDone();
      const joined = queue.joinAsync();
      const look = () => Promise.race([joined.then(() => 'joined'), Promise.resolve('waiting')]);
      child.kill();
      child.join();
      expect(await look()).toBe('waiting');
      // The fifth is nobody's yet.
      expect(queue.get()).toBe(4);
      queue.taskDone();
      await queue[join]();
      await joined;
      // Somebody may have been given the two, and finish them after all.
      queue.taskDone();
      queue.taskDone();
      expect(() => queue.taskDone()).toThrow(ValueError);
    },
  );

  test('one process says taskDone for what another has got', () => {
    const [queue, told] = [new JoinableQueue<number>(), new SimpleQueue()];
    for (let i = 0; i < 4; i++) queue.put(i);
    const dispatcher = start({ target: work, args: [queue, 4, 0, told] });
    told.get();
    const helper = start({ target: work, args: [queue, 0, 4, told] });
    told.get();
    queue.join();
    expect(() => queue.taskDone()).toThrow(ValueError);
    for (const child of [dispatcher, helper]) {
      child.kill();
      child.join();
    }
    expect(() => queue.taskDone()).toThrow(ValueError);
  });
});

describe('SimpleQueue of multiprocessing', () => {
  test('153: is closed for its own thread only', async () => {
    const queue = new SimpleQueue<number>();
    const elsewhere = new SimpleQueue<SimpleQueue<number>>();
    elsewhere.put(queue);
    queue.put(1);
    expect(queue.empty()).toBe(false);
    queue.close();
    queue.close();
    const closed = new OSError('handle is closed');
    expect(() => queue.put(1)).toThrow(closed);
    expect(() => queue.get()).toThrow(closed);
    expect(() => queue.empty()).toThrow(closed);
    await expect(queue.getAsync()).rejects.toThrow(closed);
    expect(elsewhere.get().get()).toBe(1);
  });

  test('getAsync has a time-out and a signal', async () => {
    const queue = new SimpleQueue<number>();
    await expect(queue.getAsync({ timeout: 0.01 })).rejects.toThrow(Empty);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(queue.getAsync({ signal })).rejects.toThrow('enough');
    await expect(queue.getAsync({ block: true } as never)).rejects.toThrow(TypeError);
    expect(() => queue.put(1, { timeout: 1 } as never)).toThrow(/timeout/);
    const got = queue.getAsync({ timeout: 10 });
    start({ target: (to: SimpleQueue<number>) => to.put(7), args: [queue] });
    expect(await got).toBe(7);
  });

  test('has no limit, no tasks and no size', () => {
    const queue = new SimpleQueue() as unknown as Record<string, unknown>;
    for (const name of ['qsize', 'full', 'putNowait', 'getNowait', 'taskDone', 'join']) {
      expect(queue[name]).toBeUndefined();
    }
  });
});

test('SIGINT with a listener ends a blocked call of the main thread', async () => {
  const { stdout } = await runNode([
    '--input-type=module',
    '-e',
    `
    import { JoinableQueue, SimpleQueue } from 'heddle/multiprocessing';
    import { Thread } from 'heddle/threading';
    process.on('SIGINT', () => {});
    const interrupt = () => process.kill(process.pid, 'SIGINT');
    const [empty, full, simple] = [new JoinableQueue(), new JoinableQueue(1), new SimpleQueue()];
    full.put(1);
    const calls = [() => empty.get(), () => full.put(2), () => full.join(), () => simple.get()];
    for (const call of calls) {
      new Thread({ target: interrupt }).start();
      try { call(); } catch (error) { console.log(error.name); }
    }
    process.exit();
    `,
  ]);
  expect(stdout).toBe('KeyboardInterrupt\n'.repeat(4));
});

test('the children of children share a queue, too', () => {
  const queue = new Queue<string>();
  const parent = (shared: Queue<string>) => {
    const child = new Process({ target: (to: Queue<string>) => to.put('deep'), args: [shared] });
    child.start();
    child.join();
    shared.put('deeper');
  };
  const child = new Process({ target: parent, args: [queue] });
  child.start();
  child.join();
  expect([queue.get(), queue.get()]).toEqual(['deep', 'deeper']);
});
