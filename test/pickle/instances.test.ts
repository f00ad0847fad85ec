import { AssertionError } from 'node:assert';
import { types } from 'node:util';
import { FileNotFoundError } from 'heddle/errors';
import { dumps, loads } from 'heddle/pickle';
import { describe, expect, test } from 'vitest';
import {
  Cached,
  LoomError,
  Moment,
  NamedMap,
  Point,
  Samples,
  Secret,
  Stack,
  Tags,
} from '../fixtures/values.js';
import { ways } from './ways.js';

describe.each(ways)('through %s', (_, travel) => {
  test('an instance is one of its class, with its fields and without its constructor', () => {
    const copy = travel({ at: new Point(3, 4), list: [new Point(1, new Point(2, null))] });
    expect(copy.at).toBeInstanceOf(Point);
    expect(copy.at).toStrictEqual(new Point(3, 4));
    expect(copy.at.length).toBe(5);
    expect(copy.list[0]?.y).toBeInstanceOf(Point);
  });

  test('instances in cycles', () => {
    const [a, b] = [new Point(1, null), new Point(2, null)];
    [a.y, b.y] = [b, a];
    const copy = travel(a);
    expect(copy.y.y).toBe(copy);
    expect(copy.y).toBeInstanceOf(Point);
  });

  test('fields of all kinds, those of registered symbols too', () => {
    const point = Object.assign(new Point(1n, undefined), {
      [Symbol.for('tag')]: [Symbol.iterator],
      ['__proto__' as string]: 1,
      symbol: Symbol.for('x'),
    });
    Object.defineProperty(point, '__proto__', { value: 'own', enumerable: true });
    const copy = travel(point) as typeof point & Record<symbol, unknown>;
    expect(copy).toBeInstanceOf(Point);
    expect(Object.keys(copy)).toEqual(Object.keys(point));
    expect(copy[Symbol.for('tag')]).toEqual([Symbol.iterator]);
    expect(copy.symbol).toBe(Symbol.for('x'));
    expect(Object.getOwnPropertyDescriptor(copy, '__proto__')?.value).toBe('own');
  });

  test('subclasses of what the language has', () => {
    const map = new NamedMap('weft', [[1, { a: 1 }]]);
    map.set('self', map);
    const values = {
      map,
      tags: new Tags([1, 2]),
      stack: Object.assign(Stack.from([1, [2]]), { top: 2 }),
      moment: Object.assign(new Moment(5), { zone: 'UTC' }),
      samples: Object.assign(Samples.from([1.5, 2]), { rate: 44_100 }),
    };
    const copy = travel(values);
    expect(copy.map).toBeInstanceOf(NamedMap);
    expect(copy.map.label).toBe('weft');
    expect(copy.map.get(1)).toEqual({ a: 1 });
    expect(copy.map.get('self')).toBe(copy.map);
    expect([...copy.tags]).toEqual([1, 2]);
    expect(copy.tags).toBeInstanceOf(Tags);
    expect(copy.stack).toBeInstanceOf(Stack);
    expect(Array.isArray(copy.stack)).toBe(true);
    expect([...copy.stack, copy.stack.top]).toEqual([1, [2], 2]);
    expect(copy.moment).toBeInstanceOf(Moment);
    expect([copy.moment.getTime(), copy.moment.zone]).toEqual([5, 'UTC']);
    expect(copy.samples).toBeInstanceOf(Samples);
    expect([...copy.samples, copy.samples.rate]).toEqual([1.5, 2, 44_100]);
  });

  test('a class that no module exports is one class here, too', () => {
    class Local {
      constructor(readonly n: number) {}
      double() {
        return 2 * this.n;
      }
    }
    const copy = travel([new Local(1), new Local(2)]);
    expect(copy[1]?.double()).toBe(4);
    // It came back to where the class is from.
    expect(copy[0]).toBeInstanceOf(Local);
  });

  test('__getstate__ and __setstate__', () => {
    const copy = travel(new Cached(3));
    expect(copy).toBeInstanceOf(Cached);
    expect({ ...copy }).toEqual({ n: 3, square: 9, isRestored: true });
  });

  test('private fields, where the class says how', () => {
    const copy = travel([new Secret('shed')]);
    expect(copy[0]?.reveal()).toBe('shed');
  });
});

describe.each(ways)('errors through %s', (_, travel) => {
  test.each([
    new Error('plain'),
    new TypeError('type'),
    new RangeError(''),
    new FileNotFoundError('gone', { errno: 2, filename: 'a.txt' }),
    new AssertionError({ actual: 1, expected: 2 }),
    new LoomError('stuck', 3),
  ])('%s', (error) => {
    const copy = travel(error);
    expect(types.isNativeError(copy)).toBe(true);
    expect(Object.getPrototypeOf(copy)).toBe(Object.getPrototypeOf(error));
    expect(copy.message).toBe(error.message);
    expect({ ...copy }).toEqual({ ...error });
    expect(Object.keys(copy)).toEqual(Object.keys(error));
    expect((copy.cause as Error).stack).toContain(error.stack);
  });

  test('AggregateError', () => {
    const copy = travel(new AggregateError([new TypeError('a'), 'b'], 'both'));
    expect(copy).toBeInstanceOf(AggregateError);
    expect(copy.errors[0]).toBeInstanceOf(TypeError);
    expect(copy.errors[1]).toBe('b');
    expect(Object.keys(copy)).toEqual([]);
  });

  test('one that node threw', () => {
    const error = errorOf(() => Buffer.alloc('x' as unknown as number));
    const copy = travel(error) as TypeError & { code: string };
    expect(copy).toBeInstanceOf(TypeError);
    expect(copy.code).toBe('ERR_INVALID_ARG_TYPE');
  });

  test('a DOMException', () => {
    const copy = travel(AbortSignal.abort().reason);
    expect(copy).toBeInstanceOf(DOMException);
    expect(copy.name).toBe('AbortError');
  });

  test('a class that cannot travel: the next that it extends, and the name', () => {
    class Sealed extends RangeError {
      #inside = 1;
      override name = 'Sealed';
      read() {
        return this.#inside;
      }
    }
    const copy = travel(Object.assign(new Sealed('x'), { extra: 1 }));
    expect(copy).toBeInstanceOf(RangeError);
    expect(copy).not.toBeInstanceOf(Sealed);
    expect(copy).toMatchObject({ name: 'Sealed', message: 'x', extra: 1 });
    expect(`${copy}`).toBe('Sealed: x');
  });

  test('on its way again, it gets a traceback more', () => {
    const first = travel(new TypeError('x'));
    const second = travel(first);
    const traces: string[] = [];
    for (let at: unknown = second.cause; at instanceof Error; at = at.cause) traces.push(at.name);
    expect(second).toBeInstanceOf(TypeError);
    expect(traces).toEqual(['RemoteTraceback', 'RemoteTraceback']);
    expect(((second.cause as Error).cause as Error).stack).toContain('instances.test');
  });
});

test('the classes of many messages are one', () => {
  class Local {}
  const [first, second] = [dumps(new Local()), dumps([new Local()])];
  const [a, [b]] = [loads(first), loads(second) as unknown[]] as const;
  expect((a as object).constructor).toBe((b as object).constructor);
});

function errorOf(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
