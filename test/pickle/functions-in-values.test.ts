import { createHash } from 'node:crypto';
import { dumps, loads, loadsAsync } from 'heddle/pickle';
import { describe, expect, test } from 'vitest';
import { addon } from '../../dist/_native/index.js';
import { putValue, takeValue, ValueDelayed } from '../../dist/pickle/index.js';
import { Point, twice } from '../fixtures/values.js';
import { ways } from './ways.js';

describe.each(ways)('through %s', (_, travel) => {
  test('a function alone', () => {
    expect(travel(twice)).toBe(twice);
    expect(travel((x: number) => x + 1)(1)).toBe(2);
  });

  test('functions and classes in a value', () => {
    const job = (x: number) => x * 3;
    const value = {
      twice,
      job,
      again: [job],
      Point,
      hash: createHash,
      map: new Map([[job, Math.max]]),
    };
    const copy = travel(value);
    expect(copy.twice).toBe(twice);
    expect(copy.Point).toBe(Point);
    expect(copy.hash).toBe(createHash);
    expect(copy.job).not.toBe(job);
    expect(copy.job(2)).toBe(6);
    expect(copy.again[0]).toBe(copy.job);
    expect(copy.map.get(copy.job)).toBe(Math.max);
  });

  test('a class goes by value once', () => {
    class Local {}
    const copy = travel([Local, new Local()] as const);
    expect(copy[1]).toBeInstanceOf(copy[0]);
    expect(copy[0]).toBe(Local);
  });
});

test('a function of a module with a top-level await', async () => {
  const { late } = await import('../fixtures/delayed.js');
  const bytes = dumps({ late });
  const copy = (await loadsAsync(bytes)) as { late: typeof late };
  expect(copy.late(1)).toBe('late 1');

  const channel = addon.createChannel(false, 0);
  putValue(channel, [late, Buffer.alloc(400_000, 7)], 0, 0, 0);
  let value: unknown;
  try {
    value = takeValue(channel, 0);
  } catch (error) {
    expect(error).toBeInstanceOf(ValueDelayed);
    value = await (error as ValueDelayed).value();
  }
  expect((value as [typeof late])[0](2)).toBe('late 2');
  expect((loads(bytes) as { late: typeof late }).late(3)).toBe('late 3');
});
