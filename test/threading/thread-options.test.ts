import { AssertionError, RuntimeError } from 'heddle/errors';
import { SimpleQueue } from 'heddle/queue';
import { Event, Thread } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { joinSelf } from '../fixtures/threads.js';

const onlyOnce = new RuntimeError('threads can only be started once');

describe('Thread', () => {
  test('hands kwargs to its target as the last argument, if there are any', () => {
    const told = new SimpleQueue<unknown>();
    const tell = (to: SimpleQueue<unknown>, ...rest: unknown[]) => to.put(rest);
    for (const kwargs of [{ by: 2 }, {}, null]) {
      const thread = new Thread({ target: tell, args: [told, 1], kwargs });
      thread.start();
      thread.join();
    }
    expect([told.get(), told.get(), told.get()]).toEqual([[1, { by: 2 }], [1], [1]]);
    // @ts-expect-error: no object
    expect(() => new Thread({ kwargs: 5 })).toThrow(/kwargs must be an object/);
  });

  test('takes no group, and null for what is left out', () => {
    new Thread({
      group: null,
      target: null,
      name: null,
      kwargs: null,
      daemon: null,
      context: null,
    });
    // @ts-expect-error: a group
    expect(() => new Thread({ group: {} })).toThrow(
      new AssertionError('group argument must be None for now'),
    );
  });

  test('is a daemon if told so before the start, and not after', () => {
    const end = new Event();
    const thread = new Thread({ target: (event: Event) => event.wait(), args: [end] });
    thread.daemon = true;
    expect(thread.daemon).toBe(true);
    thread.setDaemon(false);
    expect(thread.isDaemon()).toBe(false);
    thread.daemon = true;
    thread.start();
    try {
      expect(() => {
        thread.daemon = false;
      }).toThrow(new RuntimeError('cannot set daemon status of active thread'));
      expect(thread.daemon).toBe(true);
      // @ts-expect-error: not a boolean
      expect(() => thread.setDaemon(1)).toThrow(TypeError);
    } finally {
      end.set();
      thread.join();
    }
  });

  test('has the older names of its properties', () => {
    const thread = new Thread({ name: 'old' });
    expect(thread.getName()).toBe('old');
    thread.setName('new');
    expect([thread.name, thread.isDaemon()]).toEqual(['new', false]);
  });

  test('cannot join itself', () => {
    const told = new SimpleQueue<Error>();
    const thread = new Thread({ target: joinSelf, args: [told] });
    thread.start();
    thread.join();
    expect(told.get({ timeout: 10 })).toMatchObject({
      name: 'RuntimeError',
      message: 'cannot join current thread',
    });
  });

  test('runs in the caller by run(), which does not count as a start', () => {
    const calls: number[] = [];
    const thread = new Thread({ target: (by: number) => void calls.push(by), args: [3] });
    thread.run();
    expect(calls).toEqual([3]);
    expect(thread.isAlive()).toBe(false);
    const started = new Thread();
    started.start();
    expect(() => started.start()).toThrow(onlyOnce);
    started.join();
    expect(() => started.start()).toThrow(onlyOnce);
  });

  test('lets go of its target and arguments when it has started', () => {
    const thread = new Thread({ target: (list: number[]) => list.length, args: [[1]] });
    thread.start();
    thread.join();
    // Here, there is no target any more that it could call.
    expect(thread.run()).toBe(undefined);
  });
});
