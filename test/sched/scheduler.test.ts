import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import { OverflowError, ValueError } from 'heddle/errors';
import { dumps } from 'heddle/pickle';
import { compareEvents, Event, scheduler } from 'heddle/sched';
import { describe, expect, test } from 'vitest';

/** Time that passes only when somebody waits. */
function simulate() {
  const time = { now: 0, delays: [] as number[] };
  const timefunc = () => time.now;
  const delayfunc = (delay: number) => {
    time.delays.push(delay);
    time.now += delay;
  };
  return { time, timefunc, delayfunc, s: new scheduler(timefunc, delayfunc) };
}

// Numbers are those of conformance.md.
describe('scheduler', () => {
  test('calls events in the order of their times, however they were entered (87)', () => {
    const { s, time } = simulate();
    const called: [number, number][] = [];
    const note = (x: number) => called.push([x, time.now]);
    for (const x of [0.5, 0.4, 0.3, 0.2, 0.1]) s.enter(x, 1, note, { argument: [x] });
    s.enterabs(0.25, 1, note, [0.25]);
    expect(s.run()).toBe(null);
    expect(called.map(([x]) => x)).toEqual([0.1, 0.2, 0.25, 0.3, 0.4, 0.5]);
    expect(called.every(([x, at]) => Math.abs(x - at) < 1e-9)).toBe(true);
  });

  test('of the same time, the lowest priority comes first, then what entered first (87)', () => {
    const { s } = simulate();
    const called: string[] = [];
    const note = (x: string) => called.push(x);
    for (const [priority, name] of [
      [3, 'a'],
      [1, 'b'],
      [2, 'c'],
      [1, 'd'],
      [2, 'e'],
    ] as const) {
      s.enterabs(0.01, priority, note, [name]);
    }
    s.run();
    expect(called).toEqual(['b', 'd', 'c', 'e', 'a']);
  });

  test('waits only for what is to come, and calls delayfunc(0) after each event (88)', () => {
    const { s, time } = simulate();
    s.enterabs(1, 1, () => {});
    s.enterabs(1, 1, () => {});
    s.enterabs(5, 1, () => {});
    s.run();
    expect(time.delays).toEqual([1, 0, 0, 4, 0]);
  });

  test('looks again if delayfunc returns early (88)', () => {
    let now = 0;
    const delays: number[] = [];
    const s = new scheduler({
      timefunc: () => now,
      delayfunc: (delay) => {
        delays.push(delay);
        now += delay > 1 ? 1 : delay;
      },
    });
    s.enterabs(2.5, 1, () => {});
    s.run();
    expect(delays).toEqual([2.5, 1.5, 0.5, 0]);
  });

  test('run(false) calls what is due, and returns the seconds until the next (89)', () => {
    const { s, time } = simulate();
    const called: number[] = [];
    for (const x of [10, 9, 8, 7]) s.enter(x, 1, () => called.push(x));
    expect(s.run(false)).toBe(7);
    expect(called).toEqual([]);
    time.now = 8.5;
    expect(s.run({ blocking: false })).toBe(0.5);
    expect(called).toEqual([7, 8]);
    time.now = 20;
    expect(s.run(false)).toBe(null);
    expect(called).toEqual([7, 8, 9, 10]);
    expect(s.run(false)).toBe(null);
  });

  test('cancel takes that event away, and no other (90)', () => {
    const { s } = simulate();
    const called: string[] = [];
    const note = (x: string) => called.push(x);
    s.enterabs(1, 1, note, ['a']);
    const b = s.enterabs(1, 1, note, ['b']);
    s.enterabs(1, 1, note, ['a']);
    s.cancel(b);
    s.run();
    expect(called).toEqual(['a', 'a']);
  });

  test('cancel of an event that is not there is a ValueError (90)', () => {
    const { s } = simulate();
    const event = s.enterabs(1, 1, () => {});
    const expected = new ValueError('list.remove(x): x not in list');
    s.cancel(event);
    expect(() => s.cancel(event)).toThrow(expected);
    const called = s.enterabs(1, 1, () => {});
    s.run();
    expect(() => s.cancel(called)).toThrow(expected);
  });

  test('events that delayfunc and actions enter or cancel count (91)', () => {
    let now = 0;
    const called: string[] = [];
    const s = new scheduler(
      () => now,
      (delay) => {
        if (now === 0 && delay > 0) {
          // As another thread would, while this one sleeps; then the sleep ends early.
          s.enterabs(1, 1, () => called.push('first'));
          s.cancel(gone);
          now = 0.5;
        } else {
          now += delay;
        }
      },
    );
    const gone = s.enterabs(2, 1, () => called.push('cancelled'));
    s.enterabs(3, 1, () => {
      called.push('last');
      s.enter(1, 1, () => called.push('more'));
    });
    s.run();
    expect(called).toEqual(['first', 'last', 'more']);
    expect(now).toBe(4);
  });

  test('queue is a sorted copy of the events (92)', () => {
    const { s } = simulate();
    const fun = () => {};
    const e5 = s.enterabs(5, 1, fun);
    const e1 = s.enterabs(1, 1, fun);
    const e2 = s.enterabs(2, 2, fun);
    const e3 = s.enterabs(2, 1, fun);
    const e4 = s.enterabs(2, 2, fun);
    expect(s.queue).toEqual([e1, e3, e2, e4, e5]);
    expect([e5, e4, e3, e2, e1].sort(compareEvents)).toEqual(s.queue);
    s.queue.pop();
    expect(s.queue.length).toBe(5);
  });

  test('an event is a frozen tuple of time, priority, sequence, action, argument, kwargs (92)', () => {
    const { s } = simulate();
    const fun = () => {};
    s.enterabs(1, 1, fun);
    const event = s.enterabs(2, 3, fun, { argument: ['x'], kwargs: { y: 1 } });
    expect(event).toBeInstanceOf(Event);
    expect([...event]).toEqual([2, 3, 1, fun, ['x'], { y: 1 }]);
    const { time, priority, sequence, action, argument, kwargs } = event;
    expect([time, priority, sequence, action, argument, kwargs]).toEqual([...event]);
    expect(() => Object.assign(event, { time: 0 })).toThrow(TypeError);
    expect(inspect(event)).toBe(
      "Event(time=2, priority=3, sequence=1, action=[Function: fun], argument=[ 'x' ], kwargs={ y: 1 })",
    );
  });

  test('calls actions with argument, and with kwargs at the end if there are any (93)', () => {
    const { s } = simulate();
    const calls: unknown[][] = [];
    const action = (...args: unknown[]) => calls.push(args);
    s.enter(1, 1, action);
    s.enter(2, 1, action, { argument: new Set(['a', 'b']) });
    s.enter(3, 1, action, { kwargs: { key: 1 } });
    s.enter(4, 1, action, ['a'], { key: 2 });
    s.enter(5, 1, action, { argument: ['a'], kwargs: {} });
    s.run();
    expect(calls).toEqual([[], ['a', 'b'], [{ key: 1 }], ['a', { key: 2 }], ['a']]);
  });

  test('after an error of an action it can be run again for the others (93)', () => {
    const { s } = simulate();
    const called: number[] = [];
    s.enterabs(1, 1, () => {
      throw new Error('failed');
    });
    s.enterabs(2, 1, () => called.push(2));
    expect(() => s.run()).toThrow('failed');
    expect([s.empty(), s.queue.length]).toEqual([false, 1]);
    s.run();
    expect([called, s.empty()]).toEqual([[2], true]);
  });

  test('an error of timefunc or delayfunc leaves the events (93)', () => {
    let broken = true;
    const s = new scheduler(
      () => 0,
      () => {
        if (broken) throw new Error('no time');
      },
    );
    let called = 0;
    s.enterabs(1, 1, () => called++);
    expect(() => s.run()).toThrow('no time');
    expect(s.empty()).toBe(false);
    broken = false;
    expect(s.run(false)).toBe(1);
    expect(called).toBe(0);
  });

  test('empty tells whether there are events (93)', () => {
    const { s } = simulate();
    expect(s.empty()).toBe(true);
    for (const x of [0.05, 0.04, 0.03]) s.enterabs(x, 1, () => {});
    expect(s.empty()).toBe(false);
    s.run();
    expect(s.empty()).toBe(true);
  });

  test('by default its time is monotonic seconds, and it sleeps natively', () => {
    const s = new scheduler();
    const clock = () => Number(process.hrtime.bigint()) / 1e9;
    const before = clock();
    const [now, after] = [s.timefunc(), clock()];
    expect(now).toBeGreaterThanOrEqual(before - 1e-6);
    expect(now).toBeLessThanOrEqual(after + 1e-6);
    const due = now + 0.02;
    let called = 0;
    s.enterabs(due, 1, () => {
      called = s.timefunc();
    });
    s.run();
    expect(called).toBeGreaterThanOrEqual(due);
    s.enter(1e10, 1, () => {});
    expect(() => s.run()).toThrow(new OverflowError('timeout value is too large'));
  });

  test('keeps its order through any mixture of entering, cancelling and running', () => {
    const { s, time } = simulate();
    let state = 7;
    const pick = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % below;
    };
    let expected: Event[] = [];
    const called: number[] = [];
    for (let round = 0; round < 300; round++) {
      for (let i = pick(10); i > 0; i--) {
        const event: Event = s.enter(pick(20), pick(3), () => called.push(event.sequence));
        expected.push(event);
      }
      for (let i = pick(4); i > 0 && expected.length > 0; i--) {
        s.cancel(expected.splice(pick(expected.length), 1)[0] as Event);
      }
      time.now += pick(4);
      expected.sort(compareEvents);
      const due = expected.filter((event) => event.time <= time.now);
      expected = expected.filter((event) => event.time > time.now);
      called.length = 0;
      s.run(false);
      expect(called).toEqual(due.map((event) => event.sequence));
      expect(s.queue).toEqual(expected);
    }
  });

  test('refuses wrong types and unknown options by name', () => {
    const { s } = simulate();
    // @ts-expect-error: no number
    expect(() => s.enter('a', 1, () => {})).toThrow(/^delay must be a number/);
    expect(() => s.enterabs(Number.NaN, 1, () => {})).toThrow(/^time must be a number/);
    // @ts-expect-error: no priority
    expect(() => s.enterabs(1)).toThrow(/^priority must be a number/);
    // @ts-expect-error: no function
    expect(() => s.enterabs(1, 1, 'f')).toThrow(/^action must be a function/);
    // @ts-expect-error: unknown
    expect(() => s.enter(1, 1, () => {}, { args: [] })).toThrow("unknown option 'args'");
    // @ts-expect-error: not iterable
    expect(() => s.enter(1, 1, () => {}, { argument: 1 })).toThrow(/^argument must be iterable/);
    // @ts-expect-error: no object
    expect(() => s.enter(1, 1, () => {}, [], 1)).toThrow(/^kwargs must be an object/);
    // @ts-expect-error: no boolean
    expect(() => s.run(1)).toThrow(/^blocking must be a boolean/);
    // @ts-expect-error: no function
    expect(() => new scheduler(1)).toThrow(TypeError);
    // @ts-expect-error: no function
    expect(() => new scheduler({ delayfunc: 1 })).toThrow(/^delayfunc must be a function/);
    expect(s.empty()).toBe(true);
  });

  test('stays in its thread', () => {
    expect(() => dumps(new scheduler())).toThrow(/a scheduler stays in the thread that made it/);
  });
});

describe('runAsync', () => {
  test('calls the events in their order, and awaits what delayfunc returns', async () => {
    let now = 0;
    const delays: number[] = [];
    const s = new scheduler(
      () => now,
      async (delay) => {
        await null;
        delays.push(delay);
        now += delay;
      },
    );
    const called: number[] = [];
    for (const x of [3, 1, 2]) s.enter(x, 1, () => called.push(x));
    expect(await s.runAsync()).toBe(null);
    expect(called).toEqual([1, 2, 3]);
    expect(delays).toEqual([1, 0, 1, 0, 1, 0]);
  });

  test('without blocking: calls what is due, and returns the seconds until the next', async () => {
    const { s, time } = simulate();
    const called: number[] = [];
    for (const x of [1, 3]) s.enter(x, 1, () => called.push(x));
    time.now = 2;
    expect(await s.runAsync({ blocking: false })).toBe(1);
    expect(called).toEqual([1]);
  });

  test('the loop goes on between events, and while it waits', async () => {
    const s = new scheduler();
    const called: string[] = [];
    s.enter(0, 1, () => {
      called.push('a');
      setImmediate(() => called.push('immediate'));
    });
    s.enter(0, 2, () => called.push('b'));
    s.enter(0.01, 3, () => called.push('c'));
    const running = s.runAsync();
    setTimeout(() => called.push('timer'), 1);
    expect(await running).toBe(null);
    expect(called.indexOf('immediate')).toBeLessThan(called.indexOf('c'));
    expect(called.indexOf('timer')).toBeLessThan(called.indexOf('c'));
    expect(called.filter((name) => name.length === 1)).toEqual(['a', 'b', 'c']);
  });

  test('awaits an action before the next, and fails as it does', async () => {
    const { s } = simulate();
    const called: string[] = [];
    s.enterabs(1, 1, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      called.push('slow');
    });
    s.enterabs(2, 1, () => called.push('next'));
    s.enterabs(3, 1, async () => {
      throw new Error('failed');
    });
    s.enterabs(4, 1, () => called.push('last'));
    await expect(s.runAsync()).rejects.toThrow('failed');
    expect(called).toEqual(['slow', 'next']);
    await s.runAsync();
    expect(called).toEqual(['slow', 'next', 'last']);
  });

  test('wakes for what is entered or cancelled meanwhile (91)', async () => {
    const s = new scheduler();
    const called: string[] = [];
    const far = s.enter(1000, 1, () => called.push('far'));
    const running = s.runAsync();
    await new Promise((resolve) => setImmediate(resolve));
    s.enter(0, 1, () => {
      called.push('near');
      setImmediate(() => s.cancel(far));
    });
    expect(await running).toBe(null);
    expect(called).toEqual(['near']);
  });

  test('obeys its signal, and leaves the events', async () => {
    const s = new scheduler();
    s.enter(1000, 1, () => {});
    const controller = new AbortController();
    const { signal } = controller;
    const running = s.runAsync({ signal });
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(running).rejects.toThrow('enough');
    expect(s.queue.length).toBe(1);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await expect(s.runAsync({ signal })).rejects.toThrow('enough');
  });

  test('obeys its signal in a delayfunc of the user', async () => {
    const s = new scheduler(
      () => 0,
      () => new Promise(() => {}),
    );
    s.enter(1, 1, () => {});
    const controller = new AbortController();
    const { signal } = controller;
    const running = s.runAsync({ signal });
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(running).rejects.toThrow('enough');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('refuses unknown options', async () => {
    // @ts-expect-error: unknown
    await expect(new scheduler().runAsync({ block: true })).rejects.toThrow(
      "unknown option 'block'",
    );
  });
});
