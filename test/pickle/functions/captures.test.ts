import { describe, expect, test } from 'vitest';
import { travel } from './travel.js';

const fixtures = new URL('../../fixtures/functions/', import.meta.url);
const load = (name: string) => import(new URL(name, fixtures).href);

// biome-ignore lint/complexity/noBannedTypes: classes, too
type Case = [string, Function, (fn: unknown) => unknown, unknown];

describe.each(['captures.js', 'captures.cjs'])('a function of %s travels with', async (file) => {
  const namespace = await load(file);
  const { cases }: { cases: Case[] } = (namespace.default ?? namespace).make();
  test.each(cases)('%s', async (_, fn, use, expected) => {
    const there = travel(fn);
    expect(there).not.toBe(fn);
    expect(await use(there)).toEqual(expected);
    expect(there.name).toBe(fn.name);
    // And on from there.
    expect(await use(travel(travel(fn)))).toEqual(expected);
  });
});
