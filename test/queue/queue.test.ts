import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import { ValueError } from 'heddle/errors';
import { Empty, Full, LifoQueue, PriorityQueue, Queue, ShutDown, SimpleQueue } from 'heddle/queue';
import { Thread } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { itemContract, OF_QUEUE, queueContract } from '../contracts/queue/index.js';
import { runNode } from '../setup/children.js';

for (const kind of OF_QUEUE) queueContract(kind);

itemContract('Queue', () => new Queue());
itemContract('LifoQueue', () => new LifoQueue());
itemContract('PriorityQueue', () => new PriorityQueue());
itemContract('SimpleQueue', () => new SimpleQueue());

test('LifoQueue and PriorityQueue are Queues, and the errors are Errors with a code', () => {
  expect(new LifoQueue()).toBeInstanceOf(Queue);
  expect(new PriorityQueue()).toBeInstanceOf(Queue);
  expect([new Empty(), new Full(), new ShutDown()].map(({ name, code }) => [name, code])).toEqual([
    ['Empty', 'ERR_QUEUE_EMPTY'],
    ['Full', 'ERR_QUEUE_FULL'],
    ['ShutDown', 'ERR_QUEUE_SHUT_DOWN'],
  ]);
});

test('shows its state', () => {
  const queue = new LifoQueue(3);
  queue.put(1);
  queue.shutdown();
  expect(inspect(queue)).toBe('<heddle.LifoQueue: qsize=1, maxsize=3, shut down>');
  expect(inspect(new SimpleQueue())).toBe('<heddle.SimpleQueue: qsize=0>');
});

test('nothing is given away by a put that fails', () => {
  const queue = new Queue(1);
  queue.put(1);
  const buffer = new ArrayBuffer(1 << 20);
  expect(() => queue.put(buffer, { block: false, transfer: [buffer] })).toThrow(Full);
  expect(buffer.byteLength).toBe(1 << 20);
  queue.shutdown();
  expect(() => queue.put(buffer, { transfer: [buffer] })).toThrow(ShutDown);
  expect(buffer.byteLength).toBe(1 << 20);
});

test('a signal keeps no listener when the promise is settled', async () => {
  const queue = new Queue();
  const { signal } = new AbortController();
  const gets = [queue.getAsync({ signal }), queue.getAsync({ signal, timeout: 0.001 })];
  expect(getEventListeners(signal, 'abort')).toHaveLength(2);
  queue.put(1);
  await Promise.allSettled(gets);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('an item whose class throws when it is rebuilt fails one get, and no other', async () => {
  class Fragile {
    __setstate__() {
      throw new Error('broken');
    }
  }
  const queue = new Queue<unknown>();
  const gets = [queue.getAsync(), queue.getAsync(), queue.getAsync()];
  for (const item of [1, new Fragile(), 3]) queue.put(item);
  const settled = await Promise.allSettled(gets);
  expect(settled.map((one) => (one.status === 'fulfilled' ? one.value : 'failed'))).toEqual([
    1,
    'failed',
    3,
  ]);
});

describe('SimpleQueue', () => {
  test('85: has no end; put ignores block and time-out', () => {
    const queue = new SimpleQueue<number>();
    queue.put(1, true, -5);
    queue.put(2, false);
    queue.put(3, { block: false, timeout: 0 });
    queue.putNowait(4);
    expect([queue.qsize(), queue.empty()]).toEqual([4, false]);
    expect([queue.get(), queue.get(false), queue.getNowait(), queue.get(true, 1)]).toEqual([
      1, 2, 3, 4,
    ]);
    expect(queue.empty()).toBe(true);
  });

  test('85: get is Empty after its time-out, and a ValueError for a negative one', async () => {
    const queue = new SimpleQueue();
    expect(() => queue.getNowait()).toThrow(Empty);
    expect(() => queue.get(false)).toThrow(Empty);
    const began = performance.now();
    expect(() => queue.get({ timeout: 0.02 })).toThrow(Empty);
    await expect(queue.getAsync({ timeout: 0.02 })).rejects.toThrow(Empty);
    expect(performance.now() - began).toBeGreaterThanOrEqual(39);
    const negative = new ValueError("'timeout' must be a non-negative number");
    expect(() => queue.get(true, -1)).toThrow(negative);
    await expect(queue.getAsync({ timeout: -1 })).rejects.toThrow(negative);
    expect(() => queue.get(false, -1)).toThrow(Empty);
  });

  test('85: has no tasks, no shutdown and no limit', () => {
    const queue = new SimpleQueue() as unknown as Record<string, unknown>;
    for (const name of ['taskDone', 'join', 'shutdown', 'full', 'maxsize', 'isShutdown']) {
      expect(queue[name]).toBeUndefined();
    }
  });

  test('86: many feeders and consumers lose nothing and double nothing', async () => {
    const queue = new SimpleQueue<number>();
    const out = new SimpleQueue<number[]>();
    const feed = (to: SimpleQueue<number>, first: number) => {
      for (let i = 0; i < 1000; i++) to.put(first + i);
    };
    const consume = (from: SimpleQueue<number>, to: SimpleQueue<number[]>) => {
      const items: number[] = [];
      for (;;) {
        const item = from.get();
        if (item < 0) break;
        items.push(item);
      }
      to.put(items);
    };
    const run = (target: (...args: never[]) => void, ...args: unknown[]) => {
      const thread = new Thread({ target: target as (...all: unknown[]) => void, args });
      thread.start();
      return thread;
    };
    const consumers = Array.from({ length: 5 }, () => run(consume, queue, out));
    const feeders = Array.from({ length: 5 }, (_, i) => run(feed, queue, i * 1000));
    for (const feeder of feeders) feeder.join();
    for (const _ of consumers) queue.put(-1);
    for (const consumer of consumers) consumer.join();
    const got = consumers.flatMap(() => out.get()).sort((a, b) => a - b);
    expect(got).toEqual(Array.from({ length: 5000 }, (_, i) => i));
  });

  test('86: put is reentrant: what an item’s own code puts comes before it', () => {
    const queue = new SimpleQueue<unknown>();
    const item = {
      get inner() {
        queue.put('inner');
        return 1;
      },
    };
    class Reentrant {
      __getstate__() {
        return item;
      }
    }
    queue.put(new Reentrant());
    expect(queue.get()).toBe('inner');
    expect(queue.qsize()).toBeGreaterThanOrEqual(1);
  });

  test('10,000 pending getAsync, one put at a time', async () => {
    const queue = new SimpleQueue<number>();
    const gets = Array.from({ length: 10_000 }, () => queue.getAsync());
    for (let i = 0; i < 10_000; i++) {
      queue.put(i);
      if (i % 100 === 0) await gets[i];
    }
    expect((await Promise.all(gets)).every((item, i) => item === i)).toBe(true);
  });
});

describe('the process', () => {
  const run = (code: string, ...flags: string[]) =>
    runNode([...flags, '--input-type=module', '-e', `import * as q from 'heddle/queue'; ${code}`]);

  test('goes on while a getAsync is pending, and ends when it was given up', async () => {
    const { stdout, stderr, code } = await run(`
      const queue = new q.Queue();
      const controller = new AbortController();
      queue.getAsync({ signal: controller.signal }).catch((error) => console.log(error.message));
      queue.getAsync().then((item) => {
        console.log(item);
        controller.abort(new Error('given up'));
      });
      setTimeout(() => { queue.put(1); queue.put(2); }, 30);
      const other = new q.Queue();
      other.getAsync({ timeout: 0.01 }).catch((error) => console.log(error.name));
    `);
    expect({ stdout, stderr, code }).toEqual({ stdout: 'Empty\n2\n', stderr: '', code: 0 });
  });

  test.each(['Queue', 'LifoQueue', 'PriorityQueue', 'SimpleQueue'])(
    'has its memory back when a %s was dropped with items',
    async (name) => {
      const { stdout, stderr } = await run(
        `
        const rss = () => process.memoryUsage.rss() >> 20;
        const fill = () => {
          const queue = new q.${name}();
          const bytes = Buffer.alloc(1 << 20, 1);
          for (let i = 0; i < 150; i++) queue.put([i, bytes]);
          return rss();
        };
        const before = rss();
        const full = fill();
        for (let i = 0; i < 20; i++) {
          gc();
          await new Promise(setImmediate);
        }
        console.log(full - before > 140, rss() - before < 60);
        `,
        '--expose-gc',
      );
      expect({ stdout, stderr }).toEqual({ stdout: 'true true\n', stderr: '' });
    },
  );

  test('SIGINT with a listener ends a blocked get of the main thread', async () => {
    const { stdout } = await run(`
      process.on('SIGINT', () => console.log('listener'));
      const queue = new q.Queue(1);
      const { Thread } = await import('heddle/threading');
      const interrupt = () => process.kill(process.pid, 'SIGINT');
      for (const call of ['get', 'join']) {
        if (call === 'join') queue.put(1);
        new Thread({ target: interrupt }).start();
        try { queue[call](); } catch (error) { console.log(error.name); }
      }
      await new Promise(setImmediate);
      process.exit();
    `);
    expect(stdout).toMatch(/^KeyboardInterrupt\n(listener\n)?KeyboardInterrupt\n/);
  });
});
