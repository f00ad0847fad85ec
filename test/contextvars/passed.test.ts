import { Context, ContextVar, copyContext } from 'heddle/contextvars';
import { Process } from 'heddle/multiprocessing';
import { SimpleQueue } from 'heddle/queue';
import { Thread } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { tellVariables, variable } from '../fixtures/context.js';

const own = new ContextVar<unknown>('own');

function runIn(context: Context | null, passed = own) {
  const told = new SimpleQueue<unknown>();
  const thread = new Thread({ target: tellVariables, args: [told, passed, passed], context });
  thread.start();
  thread.join();
  return told.get({ timeout: 10 });
}

describe('a thread with a context', () => {
  test('begins with a copy of its values: those of an imported variable, and of one that is passed', () => {
    const context = new Context();
    context.run(() => {
      variable.set('for the thread');
      own.set({ deep: ['too'] });
    });
    // Twice: the second run may be on the Worker of the first.
    for (let i = 0; i < 2; i++) {
      expect(runIn(context)).toEqual(['for the thread', { deep: ['too'] }, true, 'own']);
    }
    expect([context.get(variable), context.length]).toEqual(['for the thread', 2]);
    expect(runIn(null)).toEqual(['empty', 'nothing', true, 'own']);
    expect(runIn(new Context())).toEqual(['empty', 'nothing', true, 'own']);
  });

  test("has the caller's by copyContext()", () => {
    const token = own.set('here');
    expect(runIn(copyContext())).toEqual(['empty', 'here', true, 'own']);
    own.reset(token);
  });

  test('goes on with it in an async target, and its own run() is in it, too', () => {
    const told = new SimpleQueue<unknown>();
    const context = new Context();
    context.run(() => own.set('kept'));
    class Asks extends Thread {
      override async run() {
        await null;
        told.put(own.get());
      }
    }
    const thread = new Asks({ context });
    thread.start();
    expect(told.get({ timeout: 10 })).toBe('kept');
    thread.join();
  });

  test('refuses what is none, and values that cannot travel', () => {
    // @ts-expect-error: no Context
    expect(() => new Thread({ context: {} })).toThrow(/context must be a Context/);
    const context = new Context();
    context.run(() => own.set(new WeakMap()));
    expect(() => new Thread({ context }).start()).toThrow(/WeakMap/);
  });
});

describe('a ContextVar', () => {
  test('that is made in a function is itself when it comes back', () => {
    const told = new SimpleQueue<ContextVar>();
    const variables = [1, 2].map((n) => new ContextVar(`v${n}`, { default: n }));
    const thread = new Thread({
      target: (to: SimpleQueue<ContextVar>, all: ContextVar[]) => {
        for (const each of all) to.put(each);
      },
      args: [told, variables],
    });
    thread.start();
    thread.join();
    expect([told.get(), told.get()].map((each, i) => each === variables[i])).toEqual([true, true]);
  });

  test('of a function that both sides call is another one in each', () => {
    const make = () => new ContextVar<string>('made');
    const passed = make();
    const told = new SimpleQueue<unknown>();
    const thread = new Thread({
      target: (to: SimpleQueue<unknown>, given: ContextVar<string>) => {
        const made = make();
        made.set('of the thread');
        to.put([given === made, given.get('nothing')]);
      },
      args: [told, passed],
    });
    thread.start();
    thread.join();
    expect(told.get({ timeout: 10 })).toEqual([false, 'nothing']);
  });

  test('does not go to another process', () => {
    const child = new Process({ target: (..._: unknown[]) => {}, args: [own] });
    expect(() => child.start()).toThrow(/ContextVar of this process only/);
  });
});
