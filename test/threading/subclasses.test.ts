import { inspect } from 'node:util';
import { SimpleQueue } from 'heddle/queue';
import { Event, Thread } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { Late, Weaver } from '../fixtures/threads.js';

// Number 59 of conformance.md.
describe('a subclass of Thread', () => {
  test('does its own run() in the thread, with copies of its fields', () => {
    const told = new SimpleQueue<Record<string, unknown>>();
    const thread = new Weaver(told, 'warp');
    expect(inspect(thread)).toBe('<Weaver(weaver, initial)>');
    thread.start();
    thread.join();
    expect(told.get({ timeout: 10 })).toEqual({
      isWeaver: true,
      isCurrent: true,
      thread: 'warp',
      name: 'weaver',
      shown: `<Weaver(weaver, started ${thread.ident})>`,
    });
    expect(thread.changed).toBe(false);
    expect(inspect(thread)).toBe(`<Weaver(weaver, stopped ${thread.ident})>`);
  });

  test('may call the target by super.run(), in an async run() too, and lives so long', () => {
    const set = new Event();
    const thread = new Late({ target: (event: Event) => event.set(), args: [set] });
    thread.start();
    thread.join();
    expect(set.isSet()).toBe(true);
  });

  test('goes by value where nobody exports it', () => {
    const told = new SimpleQueue<number>();
    class Counter extends Thread {
      constructor(
        readonly from: number,
        readonly told: SimpleQueue<number>,
      ) {
        super();
      }
      override run() {
        this.told.put(this.from + 1);
      }
    }
    const thread = new Counter(41, told);
    thread.start();
    expect(told.get({ timeout: 10 })).toBe(42);
    thread.join();
  });

  test('whose fields cannot travel fails at start, leaves no thread, and may start later', () => {
    const told = new SimpleQueue<unknown>();
    const thread = new Weaver(told, 'weft') as Weaver & { socket?: unknown };
    thread.socket = new WeakMap();
    expect(() => thread.start()).toThrow(/socket/);
    expect([thread.isAlive(), thread.ident]).toEqual([false, null]);
    delete thread.socket;
    thread.start();
    thread.join();
    expect(told.get({ timeout: 10 })).toMatchObject({ thread: 'weft' });
  });

  test('that has not called the constructor of Thread cannot start or be joined', () => {
    const thread = Object.create(Weaver.prototype) as Weaver;
    expect(() => thread.start()).toThrow('thread.__init__() not called');
    expect(() => thread.join()).toThrow('Thread.__init__() not called');
  });
});
