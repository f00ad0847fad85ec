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

  test('what a function captured is part of the same value', () => {
    const config = { retries: 3, made: { list: [new Date(5)] } };
    const job = () => config;
    const copy = travel({ config, job });
    expect(copy.job()).toBe(copy.config);
    expect(copy.config).toStrictEqual(config);
    expect(copy.config).not.toBe(config);
  });

  test('cycles through functions', () => {
    const even = (n: number): boolean => n === 0 || odd(n - 1);
    const odd = (n: number): boolean => n !== 0 && even(n - 1);
    const table: Record<string, unknown> = { even, look: () => table };
    const copy = travel(table) as { even: typeof even; look: () => unknown };
    expect([copy.even(10), copy.even(7)]).toEqual([true, false]);
    expect(copy.look()).toBe(copy);
  });

  test('an object whose methods captured it', () => {
    const counter = {
      count: 0,
      increase() {
        counter.count++;
        return this.count;
      },
    };
    const copy = travel(counter);
    expect([copy.increase(), copy.increase(), counter.count]).toEqual([1, 2, 0]);
  });

  test('classes with captures, bases and statics, and their instances', () => {
    const unit = 'cm';
    class Base {
      constructor(readonly size: number) {}
      toString() {
        return `${this.size} ${unit}`;
      }
    }
    class Derived extends Base {
      static made: Base[] = [];
      twice() {
        return new Derived(2 * this.size);
      }
    }
    Derived.made.push(new Derived(1), new Base(2));
    const copy = travel({ one: new Derived(5), Base });
    expect(`${copy.one.twice()}`).toBe('10 cm');
    expect(copy.one).toBeInstanceOf(copy.Base);
    expect(copy.one).toBeInstanceOf(Derived);
  });

  test('a function as a class', () => {
    function Old(this: { n: number }, n: number) {
      this.n = n;
    }
    const copy = travel([Reflect.construct(Old, [1]), Reflect.construct(Old, [2])]);
    expect(copy[1]).toBeInstanceOf(Old);
    expect(copy[0].n).toBe(1);
  });

  test('functions go on from where they arrived', () => {
    const base = { offset: 10 };
    const job = (x: number) => x + base.offset;
    const copy = travel(travel({ job, bound: job.bind(null, 5), base }));
    expect([copy.job(1), copy.bound()]).toEqual([11, 15]);
    copy.base.offset = 100;
    expect(copy.job(1)).toBe(101);
  });

  test('symbols and null prototypes that a function captured', () => {
    const key = Symbol.for('captured');
    const bare: object = Object.create(null);
    const job = () => [key, bare];
    const copy = travel(job)();
    expect(copy[0]).toBe(key);
    expect(Object.getPrototypeOf(copy[1])).toBe(null);
  });

  test('errors of a class that captured something', () => {
    const prefix = 'loom';
    class Stuck extends Error {
      override name = `${prefix}.Stuck`;
      describe() {
        return `${prefix}: ${this.message}`;
      }
    }
    const copy = travel(new Stuck('x'));
    expect(copy).toBeInstanceOf(Stuck);
    expect(copy.describe()).toBe('loom: x');
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
