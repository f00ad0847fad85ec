import { inspect } from 'node:util';
import { Event, Lock } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { addon, staging } from '../../dist/_native/index.js';
import { putValue, takeValue } from '../../dist/pickle/index.js';

/** What a value is when it arrives. */
function arrived<T>(value: T): T {
  const channel = addon.createChannel(false, 0);
  putValue(channel, value, 0, 0, 0);
  return takeValue(channel, 0) as T;
}

describe('what a value is when it has travelled', () => {
  const values: unknown[] = [
    undefined,
    null,
    true,
    false,
    0,
    -1,
    2 ** 31 - 1,
    -(2 ** 31),
    2 ** 31,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -0,
    Number.MAX_SAFE_INTEGER,
    10n ** 30n,
    '',
    'plain',
    'grüße',
    '織機',
    '\ud800 lone',
    'a\0b',
    'x'.repeat(255),
    'ü'.repeat(256),
    'x'.repeat(100_000),
    ['\ufeff a byte order mark', `\ufeff${'é'.repeat(100)}`, `\ufeff${'x'.repeat(40_000)}`],
    { a: 1, b: [true, null, undefined, 'x'], c: { d: -0 } },
    [1, 2, 3],
    [],
    {},
    Array.from({ length: 1000 }, (_, i) => i),
    Array.from({ length: 1000 }, (_, i) => i / 3),
    Array.from({ length: 300_000 }, (_, i) => i - 150_000),
    [1, 2, 3, 4, 5, 6, 7, 8, 'nine'],
    [1, 2, 3, 4, 5, 6, 7, -0],
    [1, 2, 3, 4, 5, 6, 7, Number.NaN],
    new Map<unknown, unknown>([[{ k: 1 }, new Set([1, 'x'])]]),
    new Date(12345),
    new Date(Number.NaN),
    /warp|weft/giu,
    new Float64Array([1, Math.PI]),
    new Uint8Array(100_000).fill(7),
    Buffer.from('shuttle'),
    new DataView(new ArrayBuffer(3)),
    new BigInt64Array([1n, -1n]),
    { ['__proto__' as string]: 1, constructor: 'x' },
    JSON.parse('{"__proto__": {"x": 1}}'),
    { text: '\udfff' },
    [[[[[[[[1]]]]]]]],
  ];
  test.each(values.map((value) => [inspect(value).slice(0, 60), value]))('%s', (_, value) => {
    const copy = arrived(value);
    expect(copy).toStrictEqual(value);
    if (typeof value === 'object' && value !== null) expect(copy).not.toBe(value);
  });

  test('keeps cycles and objects that occur twice', () => {
    const twice = { x: 1 };
    const value: Record<string, unknown> = { list: [twice, twice] };
    value.self = value;
    const copy = arrived(value) as { self: unknown; list: [object, object] };
    expect(copy.self).toBe(copy);
    expect(copy.list[0]).toBe(copy.list[1]);
  });

  test('keeps holes in arrays', () => {
    // biome-ignore lint/suspicious/noSparseArray: that is what is tested
    const copy = arrived([1, , 3]);
    expect(1 in copy).toBe(false);
    expect(copy).toHaveLength(3);
  });

  test('shares primitives, wherever they lie', () => {
    const [lock, event] = [new Lock(), new Event()];
    lock.acquire();
    const copy = arrived({ lock, map: new Map([['event', event]]), again: [lock] });
    expect(copy.lock.locked()).toBe(true);
    expect(copy.again[0]).toBe(copy.lock);
    copy.lock.release();
    expect(lock.locked()).toBe(false);
    event.set();
    expect(copy.map.get('event')?.isSet()).toBe(true);
  });

  test('keeps the class, message, fields and cause of an error', () => {
    const cause = new RangeError('inner');
    const error = Object.assign(new TypeError('outer', { cause }), { code: 'E_X', deep: [1] });
    const copy = arrived(error);
    expect(copy).toBeInstanceOf(TypeError);
    expect(copy).toMatchObject({ message: 'outer', code: 'E_X', deep: [1] });
    const remote = copy.cause as Error;
    expect(remote.stack).toContain(error.stack);
    expect(remote.cause).toBeInstanceOf(RangeError);
  });
});

describe('a channel', () => {
  test('tells of each message what was sent beside it', () => {
    const channel = addon.createChannel(false, 0);
    putValue(channel, 'x', 3, -5, 7);
    takeValue(channel, 0);
    const { taken } = staging;
    expect([taken[staging.SHAPE], taken[staging.A], taken[staging.B]]).toEqual([3, -5, 7]);
  });

  test('takes messages back that nobody has taken', () => {
    const channel = addon.createChannel(false, 0);
    const positions = ['a', 'b', 'c'].map((text) => putValue(channel, text, 0, 0, 0));
    expect(channel.revoke(positions[1] as number)).toBe(true);
    expect(channel.revoke(positions[1] as number)).toBe(false);
    expect(channel.isQueued(positions[0] as number)).toBe(true);
    expect([takeValue(channel, 0), takeValue(channel, 0)]).toEqual(['a', 'c']);
    expect(channel.revoke(positions[0] as number)).toBe(false);
    expect(takeValue(channel, 0)).toBe(undefined);
  });
});
