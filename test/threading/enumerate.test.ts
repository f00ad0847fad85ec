import { once } from 'node:events';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import { ThreadPoolExecutor } from 'heddle/concurrent/futures';
import { SimpleQueue } from 'heddle/queue';
import {
  activeCount,
  currentThread,
  Event,
  enumerate,
  getIdent,
  getNativeId,
  mainThread,
  Thread,
} from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { startInside, tellThreads } from '../fixtures/threads.js';

interface Told {
  current: { name: string; ident: number; daemon: boolean };
  isStable: boolean;
  isMain: boolean;
  main: string;
  names: string[];
  count: number;
}

/** Looks until it is so; the test's time limit ends it. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

// Numbers 50 to 56 and 61 of conformance.md.
describe('enumerate', () => {
  test('has the main thread, which is the current one here', () => {
    const main = mainThread();
    expect(currentThread()).toBe(main);
    expect(enumerate()).toContain(main);
    expect(main).toMatchObject({ name: 'MainThread', daemon: false });
    expect([main.ident, main.nativeId, main.isAlive()]).toEqual([getIdent(), getNativeId(), true]);
    expect(inspect(main)).toBe(`<_MainThread(MainThread, started ${main.ident})>`);
    expect(() => main.join()).toThrow('cannot join current thread');
    expect(() => main.start()).toThrow('threads can only be started once');
  });

  test('has threads from their start to their end, as the objects that started them', () => {
    const end = new Event();
    const before = activeCount();
    const threads = [1, 2, 3].map(
      (n) => new Thread({ target: (e: Event) => e.wait(), args: [end], daemon: n === 2 }),
    );
    expect(activeCount()).toBe(before);
    for (const thread of threads) thread.start();
    expect(enumerate()).toEqual(expect.arrayContaining(threads));
    expect(activeCount()).toBe(before + 3);
    expect(enumerate().length).toBe(activeCount());
    end.set();
    for (const thread of threads) {
      thread.join();
      expect(enumerate()).not.toContain(thread);
    }
    expect(activeCount()).toBe(before);
  });

  test('has no thread whose start has failed', () => {
    const before = activeCount();
    const thread = new Thread({ target: (..._: unknown[]) => {}, args: [new WeakMap()] });
    for (let i = 0; i < 3; i++) expect(() => thread.start()).toThrow(/WeakMap/);
    expect(activeCount()).toBe(before);
  });

  test('knows the same threads in each of them', () => {
    const told = new SimpleQueue<Told>();
    const end = new Event();
    const other = new Thread({ name: 'other', target: (e: Event) => e.wait(), args: [end] });
    other.start();
    const thread = new Thread({ name: 'teller', target: tellThreads, args: [told], daemon: true });
    thread.start();
    thread.join();
    end.set();
    other.join();
    const { names, count, ...rest } = told.get({ timeout: 10 });
    expect(rest).toEqual({
      current: { name: 'teller', ident: thread.ident, daemon: true },
      isStable: true,
      isMain: true,
      main: inspect(mainThread()),
    });
    expect(names).toEqual(expect.arrayContaining(['MainThread', 'other', 'teller']));
    expect(count).toBe(names.length);
  });

  test('has a thread that a thread has started, a daemon as its starter', () => {
    for (const daemon of [true, false]) {
      const told = new SimpleQueue<unknown>();
      const thread = new Thread({ target: startInside, args: [told, 'inner'], daemon });
      thread.start();
      expect(told.get({ timeout: 10 })).toBe(daemon);
      expect(told.get({ timeout: 10 })).toMatchObject({ current: { name: 'inner', daemon } });
      thread.join();
    }
  });

  test('sees a new name at once, from every thread', () => {
    const end = new Event();
    const rename = (e: Event, renamed: Event) => {
      currentThread().name = 'renamed';
      renamed.set();
      e.wait();
    };
    const renamed = new Event();
    const thread = new Thread({ target: rename, args: [end, renamed] });
    thread.start();
    expect(renamed.wait(10)).toBe(true);
    expect(thread.name).toBe('renamed');
    end.set();
    thread.join();
  });

  test('has the workers of an executor under their names', () => {
    using pool = new ThreadPoolExecutor({ maxWorkers: 1, threadNamePrefix: 'pool' });
    const name = pool.submit(() => currentThread().name).result();
    expect(name).toBe('pool_0');
    expect(enumerate().map((thread) => thread.name)).toContain('pool_0');
  });

  test('has a Worker of somebody else from its first question to its end', async () => {
    const before = activeCount();
    const worker = new Worker(new URL('../fixtures/threads.js', import.meta.url));
    await once(worker, 'online');
    worker.postMessage('who');
    const [told] = await once(worker, 'message');
    const dummy = enumerate().find(({ name }) => /^Dummy-\d+$/.test(name));
    expect(told).toEqual({
      shown: `<_DummyThread(${dummy?.name}, started daemon ${dummy?.ident})>`,
      alive: true,
      daemon: true,
      errors: ['RuntimeError: cannot join a dummy thread'],
    });
    expect(inspect(dummy)).toBe(told.shown);
    expect(() => dummy?.join()).toThrow('cannot join a dummy thread');
    await expect(dummy?.joinAsync()).rejects.toThrow('cannot join a dummy thread');
    expect(activeCount()).toBe(before + 1);
    worker.postMessage('end');
    await once(worker, 'exit');
    await until(() => activeCount() === before);
    expect(() => dummy?.isAlive()).toThrow('thread is not alive');
  });
});
