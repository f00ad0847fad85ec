import { inspect } from 'node:util';
import { SimpleQueue } from 'heddle/queue';
import { Event, Thread, Timer } from 'heddle/threading';
import { describe, expect, test } from 'vitest';

const tell = (to: SimpleQueue<unknown>, ...rest: unknown[]) => to.put(rest);

// Number 62 of conformance.md.
describe('Timer', () => {
  test('calls its function once, with its arguments, while the main thread is blocked', () => {
    const told = new SimpleQueue<unknown>();
    const timer = new Timer(0.01, tell, [told, 1], { by: 2 });
    expect(inspect(timer)).toMatch(/^<Timer\(Thread-\d+, initial\)>$/);
    timer.start();
    timer.join();
    expect([told.get({ timeout: 10 }), told.empty()]).toEqual([[1, { by: 2 }], true]);
    expect([timer.finished.isSet(), timer.isAlive()]).toEqual([true, false]);
  });

  test('does not call it when it was cancelled, from whichever thread', () => {
    const told = new SimpleQueue<unknown>();
    const timers = [new Timer(600, tell, [told]), new Timer(600, tell, [told])];
    for (const timer of timers) timer.start();
    timers[0]?.cancel();
    const cancels = new Thread({
      target: (finished: Event) => finished.set(),
      args: [(timers[1] as Timer).finished],
    });
    cancels.start();
    for (const thread of [...timers, cancels]) thread.join();
    expect(told.empty()).toBe(true);
  });

  test('that was cancelled before its start does nothing', () => {
    const told = new SimpleQueue<unknown>();
    const timer = new Timer(0, tell, [told]);
    timer.cancel();
    timer.start();
    timer.join();
    expect(told.empty()).toBe(true);
  });

  test('lives as long as the promise of its function', () => {
    const finish = new Event();
    const timer = new Timer(0, async (event: Event) => void (await event.waitAsync()), [finish]);
    timer.start();
    expect(timer.finished.isSet()).toBe(false);
    finish.set();
    timer.join();
    expect(timer.finished.isSet()).toBe(true);
  });

  test('has fresh arguments of its own, and waits for no other start', () => {
    const [one, two] = [new Timer(1, tell), new Timer(1, tell)];
    expect([one.args, one.kwargs]).toEqual([[], {}]);
    expect(one.args).not.toBe(two.args);
    expect(one.kwargs).not.toBe(two.kwargs);
    // @ts-expect-error: no number
    expect(() => new Timer('1', tell)).toThrow(/interval must be a number of seconds/);
    // @ts-expect-error: no function
    expect(() => new Timer(1, 5)).toThrow(/function must be a function/);
    // @ts-expect-error: not iterable
    expect(() => new Timer(1, tell, 5)).toThrow(/args must be iterable/);
  });
});
