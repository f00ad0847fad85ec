import fc from 'fast-check';
import { dumpsPython, FrozenSet, loadsPython, PyFloat, Tuple } from 'heddle/pickle';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXPRESSIONS } from './expressions.js';
import { PicklePeer } from './pickle-peer.js';
import { findPythons } from './pythons.js';

const PROTOCOLS = [0, 1, 2, 3, 4, 5];
const pythons = findPythons();

if (pythons.length === 0) test.skip('there is no Python 3.8 to 3.13 here', () => {});

describe.each(pythons)('with Python $version', (python) => {
  let peer: PicklePeer;
  beforeAll(() => {
    peer = new PicklePeer(python);
  });
  afterAll(() => peer.close());

  test.each(PROTOCOLS)('what it packs in protocol %d comes back the same', async (protocol) => {
    const failed: unknown[] = [];
    for (const expression of EXPRESSIONS) {
      const value = loadsPython(await peer.dumps(expression, protocol), { exact: true });
      const answer = await peer.matches(dumpsPython(value), expression);
      if (answer !== 'True') failed.push([expression, answer]);
    }
    expect(failed).toEqual([]);
  });

  test('random values go there and come back, in every protocol', async () => {
    const values = fc.sample(value, { numRuns: 300, seed: 4 });
    const failed: unknown[] = [];
    await Promise.all(
      values.map(async (sent, i) => {
        const answer = await peer.again(dumpsPython(sent), PROTOCOLS[i % 6] as number);
        const got = loadsPython(answer, { exact: true });
        if (!same(got, sent)) failed.push([i % 6, sent, got]);
      }),
    );
    expect(failed).toEqual([]);
  });

  test('it says of a value what it would say of its own', async () => {
    const value = {
      none: [null, undefined, null, true],
      ints: [1, -0x8000_0000, 2 ** 52, 2n ** 70n, -1n, 128n, -129n, -(2n ** 63n)],
      floats: [1.5, -0, new PyFloat(2), 2 ** 53, Number.NaN, Number.NEGATIVE_INFINITY],
      text: ['é', '\ud800', '😀', 'x\ude00', '\ufffd'],
      bytes: [Buffer.from('b'), new Uint8Array([1]), new Uint8Array()],
      tuple: Tuple.of<unknown>(1, Tuple.of()),
      sets: [new Set([1]), new FrozenSet([Tuple.of(2)]), new Set()],
      map: new Map<unknown, unknown>([
        [1, 'a'],
        [Buffer.from('k'), 'b'],
      ]),
      date: new Date(Date.UTC(2024, 0, 2, 3, 4, 5, 678)),
      arrays: [new Float64Array([1.5]), new Int16Array([-1]), new Uint8ClampedArray([3])],
      errors: [new RangeError('r'), new ReferenceError('n'), new Error('e'), new SyntaxError('s')],
    };
    expect(await peer.repr(dumpsPython(value))).toBe(
      "{'none': [None, None, None, True], " +
        `'ints': [1, -2147483648, 4503599627370496, ${2n ** 70n}, -1, 128, -129, ${-(2n ** 63n)}], ` +
        "'floats': [1.5, -0.0, 2.0, 9007199254740992.0, nan, -inf], " +
        "'text': ['é', '\\ud800', '😀', 'x\\ude00', '\ufffd'], " +
        "'bytes': [b'b', bytearray(b'\\x01'), bytearray(b'')], " +
        "'tuple': (1, ()), 'sets': [{1}, frozenset({(2,)}), set()], 'map': {1: 'a', b'k': 'b'}, " +
        "'date': datetime.datetime(2024, 1, 2, 3, 4, 5, 678000, tzinfo=datetime.timezone.utc), " +
        "'arrays': [array('d', [1.5]), array('h', [-1]), array('B', [3])], " +
        "'errors': [ValueError('r'), NameError('n'), Exception('e'), SyntaxError('s')]}",
    );
  });

  test('cycles and what is met twice are the same there', async () => {
    const list: unknown[] = [];
    const tuple = Tuple.of<unknown>(list);
    list.push(tuple, list);
    const map = new Map<unknown, unknown>([[1, list]]);
    map.set('self', map);
    expect(await peer.repr(dumpsPython([tuple, map]))).toBe(
      "[([(...), [...]],), {1: [([...],), [...]], 'self': {...}}]",
    );
    const [first, second] = loadsPython(await peer.again(dumpsPython([tuple, map]), 4)) as [
      unknown[][],
      Map<unknown, unknown>,
    ];
    expect(first[0]?.[0]).toBe(first);
    expect(first[0]?.[1]).toBe(first[0]);
    expect(second.get('self')).toBe(second);
    expect(second.get(1)).toBe(first[0]);
  });

  test('a long string, many bytes and a large list', async () => {
    const value = ['ä'.repeat(70_000), Buffer.alloc(200_000, 7), [...Array(70_000).keys()]];
    // Not by `toEqual`, which takes seconds.
    expect(same(loadsPython(await peer.again(dumpsPython(value), 4)), value)).toBe(true);
  });
});

const key = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.constant(null));
const { value } = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.bigInt().filter((n) => !Number.isSafeInteger(Number(n))),
    fc
      .double({ noNaN: true })
      .map((n) => (Number.isSafeInteger(n) && n !== 0 ? new PyFloat(n) : n))
      .map((n) => (Object.is(n, 0) ? new PyFloat(0) : n)),
    fc.string({ unit: 'binary' }),
    fc
      .string({ unit: fc.integer({ min: 0, max: 0xffff }).map((n) => String.fromCharCode(n)) })
      .filter((text) => !/[\ud800-\udbff][\udc00-\udfff]/.test(text)),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.uint8Array(),
  ),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.array(tie('value'), { maxLength: 5 }).map((items) => Tuple.from(items)),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map((entries) => new Map(entries)),
    fc.array(key, { maxLength: 6 }).map((items) => new Set(items)),
    fc.array(key, { maxLength: 6 }).map((items) => new FrozenSet(items)),
  ),
}));

/** Deep equality of the types as well; of sets in any order. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null) return Object.is(a, b);
  if (typeof b !== 'object' || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (a instanceof PyFloat) return a.value === (b as PyFloat).value;
  if (a instanceof Uint8Array) return Buffer.compare(a, b as Uint8Array) === 0;
  if (a instanceof Set)
    return a.size === (b as typeof a).size && [...a].every((item) => (b as typeof a).has(item));
  const [left, right] = [a, b].map((x) => (x instanceof Map ? [...x].flat() : (x as unknown[])));
  return left?.length === right?.length && !!left?.every((item, i) => same(item, right?.[i]));
}
