import { activeChildren, Event } from 'heddle/multiprocessing';
import { describe, expect, test } from 'vitest';
import { endChildrenAfterEach, exitcodeOf, start, startSleeping } from '../setup/processes.js';

endChildrenAfterEach();

describe('the exit code', () => {
  test.each([
    [0, 0],
    [7, 7],
    [256, 0],
    [300, 44],
    [-1, 255],
  ])('of process.exit(%i) is %i', (code, exitcode) => {
    expect(exitcodeOf({ target: (n: number) => process.exit(n), args: [code] })).toBe(exitcode);
  });

  test('is what the target has set', () => {
    const target = () => {
      process.exitCode = 5;
    };
    expect(exitcodeOf({ target })).toBe(5);
    const async = async () => {
      process.exitCode = 6;
      await new Promise((resolve) => setImmediate(resolve));
    };
    expect(exitcodeOf({ target: async })).toBe(6);
  });

  test('of a promise that nobody can settle is 13, as Node has it', () => {
    expect(exitcodeOf({ target: () => new Promise(() => {}) })).toBe(13);
  });

  test('is minus the signal that ended it', () => {
    const ends = { terminate: -15, kill: -9 } as const;
    for (const [end, exitcode] of Object.entries(ends)) {
      const child = startSleeping();
      child[end as 'kill']();
      child.join();
      expect(child.exitcode).toBe(exitcode);
      // Does nothing to one that has ended.
      child[end as 'kill']();
    }
    const target = () => process.kill(process.pid, 'SIGUSR2');
    expect(exitcodeOf({ target: target as () => unknown })).toBe(-12);
  });

  test('of a busy process that is terminated, too', () => {
    const up = new Event();
    const child = start({
      target: (begun: Event) => {
        begun.set();
        for (;;);
      },
      args: [up],
    });
    up.wait();
    child.terminate();
    child.join();
    expect(child.exitcode).toBe(-15);
  });

  test('is right for each of many that are ended at once', () => {
    const never = new Event();
    const children = Array.from({ length: 16 }, () =>
      start({ target: (end: Event) => end.wait(), args: [never] }),
    );
    for (const [i, child] of children.entries()) {
      if (i % 2 === 0) child.terminate();
      else child.kill();
    }
    for (const child of children) child.join();
    expect(children.map((child) => child.exitcode)).toEqual(
      children.map((_, i) => (i % 2 === 0 ? -15 : -9)),
    );
    expect(activeChildren()).toEqual([]);
  });
});
