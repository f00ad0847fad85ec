import { describe, expect, test } from 'vitest';
import { takeApart } from '../../../dist/pickle/functions/index.js';
import { travel } from './travel.js';

const fixtures = new URL('../../fixtures/functions/', import.meta.url);
const load = async (name: string) => (await import(new URL(name, fixtures).href)).default;

type Read = () => unknown;

describe('a captured variable is read anew where it is assigned by', async () => {
  const ways: Record<string, [read: Read, assign: Read]> = (await load('assigned.cjs')).make();
  test.each(Object.entries(ways))('%s', (_, [read, assign]) => {
    for (let times = 0; times < 3; times += 1) expect(travel(read)()).toBe(1);
    assign();
    expect(travel(read)()).toBe(read());
  });

  test('a direct eval', async () => {
    const [read, evaluate] = (await load('evaluated.cjs')).make();
    for (let times = 0; times < 3; times += 1) expect(travel(read)()).toBe(1);
    evaluate('value = 2');
    expect(travel(read)()).toBe(2);
  });
});

describe('a function whose variables never change is taken apart once', async () => {
  const functions: Record<string, Read> = (await load('assigned.cjs')).makeLasting();
  test.each(Object.entries(functions))('%s', (_, fn) => {
    takeApart(fn);
    const parts = takeApart(fn);
    expect(takeApart(fn)).toBe(parts);
  });

  test('but not when it was given a property since', () => {
    const { constant } = functions as { constant: Read & { retries?: number } };
    const { values } = takeApart(constant);
    constant.retries = 3;
    expect(takeApart(constant).values).toEqual([...values, 3]);
    constant.retries = 4;
    expect(takeApart(constant).values).toEqual([...values, 4]);
  });
});

describe('functions of one place', async () => {
  test('have one code, and values of their own', () => {
    const make = (x: unknown) => () => x;
    const [first, second] = [takeApart(make(1)), takeApart(make(2))];
    expect(first.code).toBe(second.code);
    expect([first.values, second.values]).toEqual([[1], [2]]);
  });

  test('have a code for each name', () => {
    const make = (name: string) => ({ [name]: () => 1 })[name]!;
    expect(takeApart(make('a')).code).not.toBe(takeApart(make('b')).code);
    expect(takeApart(make('a')).code).toBe(takeApart(make('a')).code);
  });
});
