import { ValueError } from 'heddle/errors';
import { SimpleQueue } from 'heddle/queue';
import { stackSize, Thread } from 'heddle/threading';
import { afterEach, describe, expect, test } from 'vitest';

/** How deep a function can call itself in a thread that is started now. */
function depth(): number {
  const told = new SimpleQueue<number>();
  const dive = (to: SimpleQueue<number>) => {
    let calls = 0;
    const deeper = () => {
      calls++;
      deeper();
    };
    try {
      deeper();
    } catch {
      to.put(calls);
    }
  };
  const thread = new Thread({ target: dive, args: [told] });
  thread.start();
  const calls = told.get({ timeout: 20 });
  thread.join();
  return calls;
}

// Number 64 of conformance.md.
describe('stackSize', () => {
  afterEach(() => void stackSize(0));

  test('returns the size of before, and is 0 by default', () => {
    expect(stackSize(1 << 20)).toBe(0);
    expect(stackSize(40_000)).toBe(1 << 20);
    expect(stackSize()).toBe(40_000);
    expect(stackSize()).toBe(0);
  });

  test('refuses what is too small, and changes nothing then', () => {
    stackSize(1 << 20);
    expect(() => stackSize(100)).toThrow(new ValueError('size not valid: 100 bytes'));
    expect(() => stackSize(-1)).toThrow(new ValueError('size must be 0 or a positive value'));
    expect(() => stackSize(0.5)).toThrow(TypeError);
    expect(stackSize(0)).toBe(1 << 20);
  });

  test('is what the threads of that time have, on warm Workers too', () => {
    const usual = depth();
    stackSize(16 << 20);
    const large = depth();
    stackSize(1 << 20);
    const small = depth();
    stackSize(32 * 1024);
    const least = depth();
    stackSize(16 << 20);
    expect(depth()).toBeGreaterThan(3 * usual);
    expect(large).toBeGreaterThan(3 * usual);
    expect(small).toBeLessThan(usual / 2);
    expect(least).toBeGreaterThan(0);
    expect(least).toBeLessThan(small);
  });
});
