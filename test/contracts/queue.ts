import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { ValueError } from 'heddle/errors';
import { PicklingError } from 'heddle/pickle';
import { Empty, Full, type Queue, ShutDown, SimpleQueue } from 'heddle/queue';
import { Lock, Thread } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { addon } from '../../dist/_native/index.js';
import { adopt } from '../../dist/_thread/index.js';

/** A kind of queue, and in what order numbers come out that were put before any was got. */
export interface QueueKind {
  name: string;
  make(maxsize?: number): Queue<number>;
  sorted(items: number[]): number[];
}

const NEGATIVE = new ValueError("'timeout' must be a non-negative number");

type Report = SimpleQueue<unknown[]>;

/** In a thread: tells what a call came to. */
const tellGet = (queue: Queue<number>, report: Report) => {
  try {
    report.put(['got', queue.get()]);
  } catch (error) {
    report.put([(error as Error).name, (error as Error).message]);
  }
};
const tellPut = (queue: Queue<number>, report: Report, item: number) => {
  try {
    queue.put(item);
    report.put(['put', item]);
  } catch (error) {
    report.put([(error as Error).name, (error as Error).message]);
  }
};
const tellJoin = (queue: Queue<number>, report: Report) => {
  queue.join();
  report.put(['joined', 0]);
};

function start<A extends unknown[]>(target: (...args: A) => unknown, ...args: A): Thread {
  const thread = new Thread({ target, args, daemon: true });
  thread.start();
  return thread;
}

/** Until a thread sleeps: in the call that it was started for. */
async function asleep(...threads: Thread[]): Promise<void> {
  for (const { nativeId } of threads) {
    while (!/^S/.test(stateOf(nativeId as number))) await new Promise(setImmediate);
  }
}

function stateOf(nativeId: number): string {
  const stat = readFileSync(`/proc/self/task/${nativeId}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2);
}

/** The queue's native side, which the package's types leave out. */
const nativeOf = (queue: object) => (queue as Record<symbol, never>)[adopt] as never;

function drain(queue: Queue<number>): number[] {
  const items: number[] = [];
  while (!queue.empty()) items.push(queue.getNowait());
  return items;
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const ascending = (items: unknown[]) => (items as number[]).sort((a, b) => a - b);
/** An error's class and message. */
const caught = async (call: () => unknown) => {
  try {
    await call();
    return 'nothing';
  } catch (error) {
    return [(error as Error).constructor, (error as Error).message];
  }
};

/** What every kind of queue with a limit and tasks does. Numbers: docs of the conformance list. */
export function queueContract({ name, make, sorted }: QueueKind): void {
  describe(name, () => {
    test('70: has no limit with a maxsize of 0 or less', () => {
      for (const maxsize of [0, -1, undefined]) {
        const queue = make(maxsize);
        expect(queue.maxsize).toBe(maxsize ?? 0);
        for (const i of range(100)) queue.put(i, false);
        expect([queue.full(), queue.empty(), queue.qsize()]).toEqual([false, false, 100]);
      }
    });

    test('70: tells whether it is full and empty, and its size', () => {
      const queue = make(2);
      const states = () => [queue.full(), queue.empty(), queue.qsize()];
      expect(states()).toEqual([false, true, 0]);
      queue.put(1);
      expect(states()).toEqual([false, false, 1]);
      queue.put(2);
      expect(states()).toEqual([true, false, 2]);
      queue.get();
      expect(states()).toEqual([false, false, 1]);
    });

    test('gives what was put, in its order', () => {
      const queue = make();
      const items = [5, 111, 333, 222, -1, 0.5, 7];
      for (const item of items) queue.put(item);
      expect(drain(queue)).toEqual(sorted(items));
    });

    test('70: put blocks while it is full, until somebody gets', async () => {
      const [queue, report] = [make(1), new SimpleQueue<unknown[]>()];
      queue.put(1);
      const thread = start(tellPut, queue, report, 2);
      await asleep(thread);
      expect(report.empty()).toBe(true);
      expect(queue.get()).toBe(1);
      expect(report.get()).toEqual(['put', 2]);
      expect(queue.get()).toBe(2);
      thread.join();
    });

    test('70: get blocks while it is empty, until somebody puts', async () => {
      const [queue, report] = [make(), new SimpleQueue<unknown[]>()];
      const thread = start(tellGet, queue, report);
      await asleep(thread);
      expect(report.empty()).toBe(true);
      queue.put(7);
      expect(report.get()).toEqual(['got', 7]);
      thread.join();
    });

    test('71: without waiting, full is Full and empty is Empty', async () => {
      const queue = make(1);
      expect(await caught(() => queue.getNowait())).toEqual([Empty, '']);
      expect(await caught(() => queue.get(false))).toEqual([Empty, '']);
      expect(await caught(() => queue.get({ block: false }))).toEqual([Empty, '']);
      queue.putNowait(1);
      expect(await caught(() => queue.putNowait(2))).toEqual([Full, '']);
      expect(await caught(() => queue.put(2, false))).toEqual([Full, '']);
      expect(await caught(() => queue.put(2, { block: false }))).toEqual([Full, '']);
      expect(drain(queue)).toEqual([1]);
    });

    test('71: with a time-out, the same after it', async () => {
      const queue = make(1);
      const calls = [
        [Empty, () => queue.get(true, 0.02)],
        [Empty, () => queue.get({ timeout: 0.02 })],
        [Empty, () => queue.getAsync({ timeout: 0.02 })],
        [Full, () => queue.put(2, true, 0.02)],
        [Full, () => queue.put(2, { timeout: 0.02 })],
        [Full, () => queue.putAsync(2, { timeout: 0.02 })],
      ] as const;
      for (const [type, call] of calls) {
        if (type === Full && queue.empty()) queue.put(1);
        const began = performance.now();
        expect(await caught(call)).toEqual([type, '']);
        // Timers of Node's may come a fraction of a millisecond early.
        expect(performance.now() - began).toBeGreaterThanOrEqual(19);
      }
      for (const call of [() => queue.put(2, true, 0), () => queue.putAsync(2, { timeout: 0 })]) {
        expect(await caught(call)).toEqual([Full, '']);
      }
      queue.get();
      for (const call of [() => queue.get(true, 0), () => queue.getAsync({ timeout: 0 })]) {
        expect(await caught(call)).toEqual([Empty, '']);
      }
    });

    test('72: a negative time-out is a ValueError, unless it does not wait', async () => {
      const queue = make(1);
      const negative = [ValueError, NEGATIVE.message];
      expect(await caught(() => queue.put(1, true, -1))).toEqual(negative);
      expect(await caught(() => queue.putAsync(1, { timeout: -1 }))).toEqual(negative);
      queue.put(1, false, -1);
      expect(await caught(() => queue.get(true, -1))).toEqual(negative);
      expect(await caught(() => queue.get({ timeout: -0.5 }))).toEqual(negative);
      expect(await caught(() => queue.getAsync({ timeout: -1 }))).toEqual(negative);
      expect(queue.get(false, -1)).toBe(1);
      // As CPython: it looks at the time-out only where there is a limit.
      const unlimited = make();
      unlimited.put(1, true, -1);
      queue.shutdown();
      expect(await caught(() => queue.put(1, true, -1))).toEqual([ShutDown, '']);
      expect(await caught(() => queue.get(true, -1))).toEqual([ShutDown, '']);
    });

    test('arguments of a wrong type and unknown options are TypeErrors that name them', async () => {
      const queue = make(1) as Queue<unknown>;
      const messages = [
        () => queue.get('no' as never),
        () => queue.get(true, '1' as never),
        () => queue.get({ tiemout: 1 } as never),
        () => queue.put(1, { singal: 1 } as never),
        () => queue.put(1, { transfer: [5] as never }),
        () => queue.getAsync({ block: false } as never),
        () => queue.shutdown('now' as never),
        () => queue.shutdown({ now: true } as never),
        () => make(1.5),
        () => make('1' as never),
        () => {
          queue.maxsize = Number.NaN;
        },
      ].map(async (call) => {
        const [type, message] = (await caught(call)) as [unknown, string];
        expect(type).toBe(TypeError);
        return /^(?:unknown option ')?(\w+)/.exec(message)?.[1];
      });
      expect(await Promise.all(messages)).toEqual([
        ...['block', 'timeout', 'tiemout', 'singal', 'buffers', 'block', 'immediate', 'now'],
        ...['maxsize', 'maxsize', 'maxsize'],
      ]);
      expect(queue.qsize()).toBe(0);
    });

    test('73: taskDone more often than put is a ValueError', () => {
      const queue = make();
      const tooMany = new ValueError('task_done() called too many times');
      expect(() => queue.taskDone()).toThrow(tooMany);
      queue.put(1);
      queue.taskDone();
      expect(() => queue.taskDone()).toThrow(tooMany);
    });

    test('73: join returns at once where nothing is unfinished', async () => {
      const queue = make();
      queue.join();
      await queue.joinAsync();
      queue.put(1);
      queue.get();
      queue.taskDone();
      queue.join();
      await queue.joinAsync();
    });

    test('74: join waits for all tasks of several producers and consumers, again and again', async () => {
      const queue = make(3);
      const done = new SimpleQueue<number>();
      const consume = (from: Queue<number>, to: SimpleQueue<number>) => {
        for (;;) {
          const item = from.get();
          if (item >= 0) to.put(item);
          from.taskDone();
          if (item < 0) return;
        }
      };
      const consumers = [1, 2].map(() => start(consume, queue, done));
      for (const round of range(3)) {
        const produce = (to: Queue<number>, first: number) => {
          for (let i = 0; i < 50; i++) to.put(first + i);
        };
        const producers = [0, 50].map((first) => start(produce, queue, first));
        for (const producer of producers) producer.join();
        if (round === 1) await queue.joinAsync();
        else queue.join();
        expect(done.qsize()).toBe(100);
        expect(ascending(range(100).map(() => done.getNowait()))).toEqual(range(100));
      }
      for (const _ of consumers) queue.put(-1);
      queue.join();
      for (const consumer of consumers) consumer.join();
    });

    test('74: the last task of all wakes all who are in join', async () => {
      const [queue, report] = [make(), new SimpleQueue<unknown[]>()];
      queue.put(1);
      queue.put(2);
      const threads = [1, 2, 3].map(() => start(tellJoin, queue, report));
      const promises = [1, 2, 3].map(() => queue.joinAsync());
      await asleep(...threads);
      queue.taskDone();
      expect(report.empty()).toBe(true);
      queue.taskDone();
      for (const thread of threads) thread.join();
      await Promise.all(promises);
      expect(report.qsize()).toBe(3);
    });

    test('75: an item that cannot travel is an error, and leaves the queue as it was', async () => {
      const queue = make(2) as Queue<unknown>;
      queue.put(1);
      const bad = { fine: 1, then: new WeakMap() };
      expect(() => queue.put(bad)).toThrow(PicklingError);
      expect(() => queue.put(bad, { block: false })).toThrow(/value\.then/);
      await expect(queue.putAsync(bad)).rejects.toThrow(PicklingError);
      expect([queue.qsize(), queue.full()]).toEqual([1, false]);
      expect(queue.get()).toBe(1);
      queue.taskDone();
      expect(() => queue.taskDone()).toThrow(ValueError);
      queue.put(2);
      expect(queue.get()).toBe(2);
    });

    test('76: maxsize can be lowered, and raised', async () => {
      const queue = make(3);
      for (const i of range(3)) queue.put(i);
      queue.maxsize = 2;
      expect([queue.maxsize, queue.full()]).toEqual([2, true]);
      queue.get();
      expect(queue.full()).toBe(true);
      expect(() => queue.putNowait(5)).toThrow(Full);
      queue.get();
      expect(queue.full()).toBe(false);
      queue.putNowait(5);
      const report: Report = new SimpleQueue();
      const thread = start(tellPut, queue, report, 6);
      const promise = queue.putAsync(7);
      await asleep(thread);
      queue.maxsize = 0;
      await promise;
      expect(report.get()).toEqual(['put', 6]);
      expect(queue.qsize()).toBe(4);
    });

    test('77: after shutdown nothing is put, and what is left is got', async () => {
      const queue = make(3);
      queue.put(1);
      queue.put(2);
      expect(queue.isShutdown).toBe(false);
      queue.shutdown();
      expect(queue.isShutdown).toBe(true);
      for (const put of [
        () => queue.put(3),
        () => queue.putNowait(3),
        () => queue.put(3, true, 5),
        () => queue.putAsync(3),
      ]) {
        expect(await caught(put)).toEqual([ShutDown, '']);
      }
      expect([queue.get(), await queue.getAsync()]).toEqual(sorted([1, 2]));
      for (const get of [
        () => queue.get(),
        () => queue.getNowait(),
        () => queue.get(true, 5),
        () => queue.getAsync(),
      ]) {
        expect(await caught(get)).toEqual([ShutDown, '']);
      }
    });

    test('77: a full queue that was shut down is ShutDown, not Full', () => {
      const queue = make(1);
      queue.put(1);
      queue.shutdown();
      expect(() => queue.putNowait(2)).toThrow(ShutDown);
    });

    test('78: shutdown(immediate) drops what is left, and each counts as done', async () => {
      for (const immediate of [true, { immediate: true }]) {
        const queue = make();
        for (const i of range(5)) queue.put(i);
        const joined = queue.joinAsync();
        queue.shutdown(immediate as true);
        expect([queue.qsize(), queue.isShutdown]).toEqual([0, true]);
        expect(() => queue.get()).toThrow(ShutDown);
        expect(() => queue.getNowait()).toThrow(ShutDown);
        queue.join();
        await joined;
        expect(() => queue.taskDone()).toThrow(ValueError);
      }
    });

    test.each([false, true])(
      '79, 83: who is blocked in put or get is woken with ShutDown (immediate: %s)',
      async (immediate) => {
        const report: Report = new SimpleQueue();
        const [empty, full] = [make(), make(1)];
        full.put(1);
        const threads = [
          start(tellGet, empty, report),
          start(tellGet, empty, report),
          start(tellPut, full, report, 2),
          start(tellPut, full, report, 3),
        ];
        const promises = [empty.getAsync(), empty.getAsync(), full.putAsync(4), full.putAsync(5)];
        const settled = Promise.allSettled(promises);
        await asleep(...threads);
        empty.shutdown(immediate);
        full.shutdown(immediate);
        for (const thread of threads) thread.join();
        for (const _ of threads) expect(report.get()).toEqual(['ShutDown', '']);
        for (const one of await settled) {
          expect(one).toEqual({ status: 'rejected', reason: expect.any(ShutDown) });
        }
        expect(drain(full)).toEqual(immediate ? [] : [1]);
      },
    );

    test('80: join waits after shutdown(immediate) for what was got and is not done', async () => {
      const [queue, report] = [make(), new SimpleQueue<unknown[]>()];
      queue.put(1);
      queue.put(2);
      queue.get();
      const thread = start(tellJoin, queue, report);
      const promise = queue.joinAsync();
      await asleep(thread);
      queue.shutdown(true);
      expect(await Promise.race([promise, 'still waiting'])).toBe('still waiting');
      expect(report.empty()).toBe(true);
      queue.taskDone();
      await promise;
      expect(report.get()).toEqual(['joined', 0]);
    });

    test('81: shutdown may be called again; immediate takes what plain has left', () => {
      const queue = make();
      queue.put(1);
      queue.shutdown();
      queue.shutdown();
      expect(queue.qsize()).toBe(1);
      queue.shutdown(true);
      expect(queue.qsize()).toBe(0);
      queue.shutdown();
      expect([queue.qsize(), queue.isShutdown]).toEqual([0, true]);
      expect(() => queue.get()).toThrow(ShutDown);
      expect(() => queue.taskDone()).toThrow(new ValueError('task_done() called too many times'));
    });

    test('82: a join that is pending at a plain shutdown waits for the tasks', async () => {
      const [queue, report] = [make(), new SimpleQueue<unknown[]>()];
      queue.put(1);
      const thread = start(tellJoin, queue, report);
      await asleep(thread);
      queue.shutdown();
      queue.get();
      expect(report.empty()).toBe(true);
      queue.taskDone();
      expect(report.get()).toEqual(['joined', 0]);
    });

    test.each([false, true])(
      '84: under fire, every item is got at most once and all threads end (immediate: %s)',
      (immediate) => {
        const queue = make(10);
        const out: SimpleQueue<[string, number[]]> = new SimpleQueue();
        const gate = new SimpleQueue<number>();
        const produce = (to: Queue<number>, report: typeof out, first: number) => {
          const items: number[] = [];
          try {
            for (let i = first; ; i++) {
              to.put(i);
              items.push(i);
            }
          } catch (error) {
            report.put([`put until ${(error as Error).name}`, items]);
          }
        };
        const consume = (from: Queue<number>, report: typeof out, told: typeof gate) => {
          const items: number[] = [];
          try {
            for (;;) {
              items.push(from.get());
              from.taskDone();
              if (items.length === 200) told.put(1);
            }
          } catch (error) {
            report.put([`got until ${(error as Error).name}`, items]);
          }
        };
        const threads = [
          ...[0, 1_000_000, 2_000_000].map((first) => start(produce, queue, out, first)),
          ...[1, 2].map(() => start(consume, queue, out, gate)),
        ];
        gate.get();
        queue.shutdown(immediate);
        for (const thread of threads) thread.join();
        queue.join();
        const reports = range(5).map(() => out.get());
        const items = (what: string) =>
          ascending(reports.filter(([text]) => text === what).flatMap(([, list]) => list));
        const [put, got] = [items('put until ShutDown'), items('got until ShutDown')];
        expect(reports.filter(([text]) => /until ShutDown/.test(text))).toHaveLength(5);
        expect(new Set(got).size).toBe(got.length);
        if (immediate) expect(new Set(put).size).toBe(new Set([...put, ...got]).size);
        else expect(got).toEqual(put);
        expect(() => queue.taskDone()).toThrow(ValueError);
      },
    );

    test('many who put and get, blocked and not, lose nothing and double nothing', async () => {
      const queue = make(7);
      const out = new SimpleQueue<number[]>();
      const each = 400;
      const produce = (to: Queue<number>, first: number, count: number) => {
        for (let i = 0; i < count; i++) to.put(first + i);
      };
      const produceAsync = async (to: Queue<number>, first: number, count: number) => {
        for (let i = 0; i < count; i++) await to.putAsync(first + i);
      };
      const consume = (from: Queue<number>, to: SimpleQueue<number[]>, count: number) => {
        const items: number[] = [];
        for (let i = 0; i < count; i++) items.push(from.get());
        to.put(items);
      };
      const consumeAsync = async (from: Queue<number>, to: typeof out, count: number) => {
        const items: number[] = [];
        for (let i = 0; i < count; i++) items.push(await from.getAsync());
        to.put(items);
      };
      const threads = [
        start(produce, queue, 0, each),
        start(produceAsync, queue, each, each),
        start(consume, queue, out, each),
        start(consumeAsync, queue, out, each),
      ];
      // This thread does both, too.
      const puts = range(each).map((i) => queue.putAsync(2 * each + i));
      const gets = range(each).map(() => queue.getAsync());
      await Promise.all(puts);
      const own = await Promise.all(gets);
      for (const thread of threads) await thread.joinAsync();
      const got = [...own, ...out.get(), ...out.get()];
      expect(ascending(got)).toEqual(range(3 * each));
      expect(queue.empty()).toBe(true);
    });

    test('10,000 pending getAsync are served in the order in which they came', async () => {
      const queue = make();
      const served: number[] = [];
      const gets = range(10_000).map((i) => queue.getAsync().then(() => served.push(i)));
      const put = (to: Queue<number>) => {
        for (let i = 0; i < 10_000; i++) to.put(i);
      };
      start(put, queue);
      await Promise.all(gets);
      expect(served).toEqual(range(10_000));
      expect(queue.qsize()).toBe(0);
    });

    test('10,000 pending putAsync are served as room comes', async () => {
      const queue = make(1);
      const puts = range(10_000).map((i) => queue.putAsync(i));
      const items: number[] = [];
      const take = async () => {
        while (items.length < 10_000) items.push(await queue.getAsync());
      };
      await Promise.all([take(), ...puts]);
      expect(items).toEqual(range(10_000));
    });

    test('an aborted getAsync takes nothing: the item goes to the next', async () => {
      const queue = make();
      const controller = new AbortController();
      const [first, second] = [queue.getAsync({ signal: controller.signal }), queue.getAsync()];
      controller.abort(new Error('enough'));
      queue.put(1);
      await expect(first).rejects.toThrow('enough');
      expect(await second).toBe(1);
      await expect(queue.getAsync({ signal: controller.signal })).rejects.toThrow('enough');
      queue.put(2);
      await expect(queue.getAsync({ signal: controller.signal })).rejects.toThrow('enough');
      expect(queue.get()).toBe(2);
    });

    test('an aborted putAsync puts nothing', async () => {
      const queue = make(1);
      queue.put(1);
      const controller = new AbortController();
      const [first, second] = [queue.putAsync(2, { signal: controller.signal }), queue.putAsync(3)];
      controller.abort(new Error('enough'));
      await expect(first).rejects.toThrow('enough');
      expect(queue.get()).toBe(1);
      await second;
      expect(queue.get()).toBe(3);
      const join = queue.joinAsync({ signal: AbortSignal.timeout(1) });
      await expect(join).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }));
    });

    test('an abort as the item comes loses nothing', async () => {
      const queue = make();
      for (const i of range(50)) {
        const controller = new AbortController();
        const first = queue.getAsync({ signal: controller.signal });
        // The put has settled the native wait, or will have: no promise has been told.
        queue.put(i);
        controller.abort(new Error('enough'));
        const got = await first.catch(() => queue.getAsync());
        expect(got).toBe(i);
        expect(queue.qsize()).toBe(0);
      }
    });

    test('travels by arguments, by captures and in items, and is the same queue', () => {
      const queue = make(5);
      const report = new SimpleQueue<unknown[]>();
      const items = new SimpleQueue<{ deep: Queue<number> }[]>();
      items.put([{ deep: queue }]);
      const thread = new Thread({
        target: (same: Queue<number>, from: typeof items) => {
          queue.put(1);
          same.put(2);
          const third = from.get()[0]?.deep as Queue<number>;
          third.put(3);
          report.put([third.constructor.name, third.maxsize, third.isShutdown]);
        },
        args: [queue, items],
        daemon: true,
      });
      thread.start();
      thread.join();
      expect(report.get()).toEqual([queue.constructor.name, 5, false]);
      expect(ascending(drain(queue))).toEqual([1, 2, 3]);
    });

    test('a consumer that is terminated while it is blocked in get loses nothing', async () => {
      const queue = make();
      for (const _ of range(5)) {
        const fixture = new URL('../fixtures/queue-consumer.js', import.meta.url);
        const worker = new Worker(fixture, { workerData: addon.deposit(nativeOf(queue)) });
        const nativeId = await new Promise<number>((resolve) => worker.once('message', resolve));
        while (!/^S/.test(stateOf(nativeId))) await new Promise(setImmediate);
        const ended = worker.terminate();
        for (const i of range(3)) queue.put(i);
        await ended;
        expect(ascending(drain(queue))).toEqual(range(3));
      }
    });
  });
}

/** What queues of any items do besides; the order plays no part. */
export function itemContract(name: string, make: () => Queue | SimpleQueue): void {
  describe(`${name}: items`, () => {
    test('are copies, also in the same thread', () => {
      const queue = make();
      const item = { list: [1, 2], map: new Map([['a', new Date(5)]]), at: 10n, self: {} };
      item.self = item;
      queue.put(item);
      item.list.push(3);
      const copy = queue.get() as typeof item;
      expect(copy).not.toBe(item);
      expect(copy.self).toBe(copy);
      expect([copy.list, copy.map, copy.at]).toEqual([[1, 2], item.map, 10n]);
    });

    test.each([undefined, null, true, 'a\ud800', -0, 1.5, [], new Uint8Array(3), 'x'.repeat(1e6)])(
      'may be %s',
      (item) => {
        const queue = make();
        queue.put(item);
        expect(queue.get()).toStrictEqual(item);
        queue.put([item]);
        expect(queue.get()).toStrictEqual([item]);
      },
    );

    test('what is shared stays shared', () => {
      const queue = make();
      const lock = new Lock();
      queue.put({ lock });
      lock.acquire();
      expect((queue.get() as { lock: Lock }).lock.locked()).toBe(true);
    });

    test('a buffer that is given away is empty here, and whole there', () => {
      const queue = make();
      const buffer = new Uint8Array(1 << 20).fill(7);
      queue.put({ buffer }, { transfer: [buffer] });
      expect(buffer.length).toBe(0);
      const { buffer: there } = queue.get() as { buffer: Uint8Array };
      expect([there.length, there[0], there.at(-1)]).toEqual([1 << 20, 7, 7]);
    });

    test('an error keeps its class, also a queue’s own', () => {
      const queue = make();
      queue.put(new Empty());
      expect(queue.get()).toBeInstanceOf(Empty);
    });
  });
}
