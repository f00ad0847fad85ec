import { inspect, isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ways } from './ways.js';

/** Values that arrive as they were; made anew for each test. */
const kinds: Record<string, () => unknown> = {
  undefined: () => undefined,
  null: () => null,
  booleans: () => [true, false],
  numbers: () => [
    0,
    -0,
    1.5,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    Number.MAX_SAFE_INTEGER,
    5e-324,
  ],
  'minus zero': () => -0,
  bigints: () => [0n, -1n, 10n ** 40n, -(2n ** 64n)],
  'a bigint': () => 10n ** 40n,
  strings: () => [
    '',
    'a\0b',
    'grüße',
    '織機',
    '👩‍👩‍👧',
    '\ud800 lone',
    'lone \udfff',
    'x'.repeat(70_000),
  ],
  'undefined in objects and arrays': () => ({ a: undefined, b: [undefined, 1n] }),
  'a hole': () => {
    const array: unknown[] = [1n, 2, 3];
    delete array[1];
    return array;
  },
  'a very sparse array': () => {
    const array: unknown[] = [];
    array[4_000_000_000] = { x: 1n };
    return array;
  },
  'an array with a length only': () => [new Array(5), 1n],
  'objects that many': () =>
    Array.from({ length: 2000 }, (_, i) => ({ i, text: `${i}`, list: [i] })),
  'a lone surrogate in a key': () => ({ '\ud800': 1, a: { b: 2 } }),
  'a large tree': () => Array.from({ length: 2000 }, (_, i) => ({ i, list: [`${i}`, { i }] })),
  'a null-prototype object': () => Object.assign(Object.create(null), { a: 1, b: { c: 2 } }),
  '__proto__ as a key': () => JSON.parse('{"__proto__": {"x": 1}, "y": [1]}'),
  '__proto__ as a key, in a graph': () => [JSON.parse('{"__proto__": {"x": 1}, "y": [1]}'), 1n],
  'numeric and odd keys': () => [{ 1: 'a', '-1': 'b', '': 'c', 'a b': 'd', constructor: 1 }, 1n],
  'boxed primitives': () => [Object(1), Object('x'), Object(false), Object(5n), Object(-0)],
  Map: () =>
    new Map<unknown, unknown>([
      [{ k: 1 }, new Set([1, 'x', Number.NaN])],
      [Number.NaN, -0],
    ]),
  Set: () => new Set<unknown>([1, '1', [1], null, undefined]),
  'empty Map and Set': () => [new Map(), new Set()],
  Date: () => new Date(12345),
  RegExp: () => [/warp|weft/giu, /(?<a>x)\/y/dsy, /[\u{1f600}]/u],
  ArrayBuffer: () => [new Uint8Array([1, 2, 3]).buffer, new ArrayBuffer(0)],
  'typed arrays': () => [
    new Int8Array([-1, 127]),
    new Uint8Array([255]),
    new Uint8ClampedArray([300, -5]),
    new Int16Array([-2]),
    new Uint16Array([65535]),
    new Int32Array([-3]),
    new Uint32Array([4e9]),
    new Float32Array([1.5, Number.NaN]),
    new Float64Array([Math.PI, -0]),
    new BigInt64Array([1n, -1n]),
    new BigUint64Array([2n ** 64n - 1n]),
    new Float64Array(0),
  ],
  DataView: () => new DataView(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2),
  Buffer: () => [Buffer.from('shuttle'), Buffer.alloc(0), Buffer.alloc(20_000, 7)],
  'large typed arrays': () => [new Float64Array(50_000).fill(0.5), Buffer.alloc(300_000, 'ab')],
  'symbols that every thread has': () => [Symbol.iterator, { key: Symbol.for('heddle.test') }],
  'a symbol alone': () => Symbol.for('heddle.test'),
  'symbols in a Map and a Set': () => [
    new Map<unknown, unknown>([
      [Symbol.for('k'), 1],
      ['x', Symbol.asyncIterator],
    ]),
    new Set([Symbol.for('a'), 1, Symbol.for('b')]),
  ],
  URL: () => new URL('https://example.org/a?b=c#d'),
  URLSearchParams: () => new URLSearchParams('a=1&a=2'),
};

describe.each(ways)('through %s', (_, travel) => {
  test.each(Object.keys(kinds))('%s', (name) => {
    const value = kinds[name]?.();
    const copy = travel(value);
    expect(isDeepStrictEqual(copy, value), inspect(copy).slice(0, 500)).toBe(true);
    if (typeof value === 'object' && value !== null) expect(copy === value).toBe(false);
  });

  test('an object and an array in cycles with everything', () => {
    const hub: Record<string, unknown> = {};
    const error = Object.assign(new TypeError('round', { cause: hub }), { hub });
    const bare = Object.assign(Object.create(null), { hub });
    Object.assign(hub, {
      error,
      bare,
      map: new Map([[hub, hub]]),
      set: new Set([hub]),
      list: [hub],
    });
    const copy = travel(hub) as {
      error: TypeError & { hub: unknown };
      bare: { hub: unknown };
      map: Map<unknown, unknown>;
      set: Set<unknown>;
      list: unknown[];
    };
    expect(copy).not.toBe(hub);
    expect(copy.error).toBeInstanceOf(TypeError);
    expect(copy.error.hub).toBe(copy);
    expect((copy.error.cause as Error).cause).toBe(copy);
    expect(copy.bare.hub).toBe(copy);
    expect(Object.getPrototypeOf(copy.bare)).toBe(null);
    expect(copy.map.get(copy)).toBe(copy);
    expect(copy.set.has(copy)).toBe(true);
    expect(copy.list[0]).toBe(copy);
  });

  test('what occurs twice occurs twice', () => {
    const things = [
      {},
      [1],
      new Date(1),
      /x/,
      new Map(),
      Buffer.from('a'),
      new Error('e'),
      Object(1),
    ];
    const copy = travel(things.map((thing) => [thing, thing]));
    for (const [first, second] of copy) expect(first).toBe(second);
  });

  test('views go on to share their ArrayBuffer, of which only what they cover travels', () => {
    const { buffer } = new Uint8Array(1000).map((_, i) => i);
    const [bytes, words, view] = travel([
      new Uint8Array(buffer, 101, 10),
      new Uint16Array(buffer, 104, 4),
      new DataView(buffer, 110, 2),
    ] as const);
    expect([...bytes]).toEqual([101, 102, 103, 104, 105, 106, 107, 108, 109, 110]);
    expect(words[0]).toBe(104 + 256 * 105);
    expect(view.getUint8(0)).toBe(110);
    expect(words.buffer).toBe(bytes.buffer);
    expect(view.buffer).toBe(bytes.buffer);
    expect(bytes.buffer.byteLength).toBe(112 - 96);
  });

  test('an ArrayBuffer beside its views travels whole', () => {
    const { buffer } = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const [copy, view] = travel([buffer, new Uint8Array(buffer, 8, 1)] as const);
    expect(copy.byteLength).toBe(9);
    expect(view.buffer).toBe(copy);
    expect(view.byteOffset).toBe(8);
  });

  test('a small Buffer does not take the pool with it', () => {
    const copy = travel([Buffer.from('shuttle')]);
    expect(copy[0]?.toString()).toBe('shuttle');
    expect(copy[0]?.buffer.byteLength).toBeLessThan(32);
  });

  test('getters are read', () => {
    const copy = travel({
      get next() {
        return [1n];
      },
    });
    expect(copy).toStrictEqual({ next: [1n] });
    expect(Object.getOwnPropertyDescriptor(copy, 'next')).toHaveProperty('value');
    expect(travel(new Date(Number.NaN)).getTime()).toBe(Number.NaN);
  });

  test('what is not kept: lastIndex, frozenness, symbol keys of plain objects', () => {
    const pattern = /x/g;
    pattern.lastIndex = 3;
    const copy = travel(Object.freeze([pattern, Object.freeze({ [Symbol.for('k')]: 1 })]));
    expect(copy[0]).toHaveProperty('lastIndex', 0);
    expect(Object.isFrozen(copy)).toBe(false);
    expect(Object.getOwnPropertySymbols(copy[1])).toEqual([]);
  });

  test('a Proxy of a plain object arrives as what it shows', () => {
    const proxy = new Proxy({ a: 1n }, { get: (target, key) => key === 'a' && target.a + 1n });
    expect(travel(proxy)).toStrictEqual({ a: 2n });
  });

  test('a long chain of objects', () => {
    let chain: object = { end: 1n };
    for (let i = 0; i < 500; i++) chain = { chain };
    expect(isDeepStrictEqual(travel(chain), chain)).toBe(true);
  });
});
