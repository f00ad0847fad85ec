import { inspect, isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { NamedMap, Point } from '../fixtures/values.js';
import { Random } from './random.js';
import { ways } from './ways.js';

const LEAVES: (() => unknown)[] = [
  () => 1,
  () => -0,
  () => Number.NaN,
  () => 10n ** 20n,
  () => 'text',
  () => '\ud800',
  () => undefined,
  () => null,
  () => true,
  () => Symbol.for('leaf'),
  () => new Date(5),
  () => /x/g,
  () => Buffer.from('abc'),
  () => new Float32Array([1, 2]),
];

/** Containers of all kinds, filled with each other and with leaves, in any direction. */
function randomGraph(random: Random): unknown {
  const makers = [
    () => ({}),
    () => [],
    () => Object.create(null),
    () => new Map(),
    () => new Set(),
    () => new Point(0, 0),
    () => new NamedMap('n', []),
  ];
  const nodes: object[] = Array.from({ length: 1 + random.below(25) }, () => random.pick(makers)());
  for (const [i, node] of nodes.entries()) {
    for (let n = random.below(6); n > 0; n--) {
      const item = random.below(2) ? random.pick(nodes) : random.pick(LEAVES)();
      // Sets and keys of Maps hold what comes later: isDeepStrictEqual has no time for their cycles.
      if (Array.isArray(node)) node.push(item);
      else if (node instanceof Map) node.set(`key ${n}`, item);
      else if (node instanceof Set)
        node.add(random.below(2) ? nodes[i + 1] : random.pick(LEAVES)());
      else (node as Record<string, unknown>)[`field${n}`] = item;
    }
  }
  return nodes;
}

/** Everything in a graph in the order of a walk through it, with the number of its first visit. */
function shape(root: unknown): [kind: string, number: number][] {
  const numbers = new Map<unknown, number>();
  const visits: [string, number][] = [];
  const open = [root];
  for (let item = open.pop(); open.length > 0 || item !== undefined; item = open.pop()) {
    if (typeof item !== 'object' || item === null) continue;
    const known = numbers.get(item);
    visits.push([item.constructor?.name ?? 'null', known ?? numbers.size]);
    if (known !== undefined) continue;
    numbers.set(item, numbers.size);
    if (item instanceof Map) open.push(...item.values());
    if (item instanceof Set) open.push(...item);
    if (!ArrayBuffer.isView(item)) open.push(...Object.values(item));
  }
  return visits;
}

describe.each(ways)('through %s', (_, travel) => {
  test.each(Array.from({ length: 150 }, (_, seed) => seed))('random graph %i', (seed) => {
    const value = randomGraph(new Random(seed + 1));
    const copy = travel(value);
    expect(isDeepStrictEqual(copy, value), inspect(value, { depth: 4 })).toBe(true);
    expect(shape(copy)).toEqual(shape(value));
  });
});
