import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  describeFunction,
  rebuildFunction,
  takeApart,
} from '../../../dist/pickle/functions/index.js';

const fixtures = new URL('../../fixtures/functions/', import.meta.url);
const load = (name: string) => import(new URL(name, fixtures).href);

interface Answer {
  value: unknown;
  name: string;
  again: unknown;
  same: boolean;
  stack?: string;
}

let worker: Worker;
beforeAll(() => {
  worker = new Worker(new URL('worker.js', fixtures));
});
afterAll(() => worker.terminate());

/** Rebuilds a function in the worker and applies it, or what the text `use` makes of it. */
async function inWorker(fn: () => unknown, args: unknown[] = [], use?: string): Promise<Answer> {
  const { code, values: captured } = takeApart(fn);
  const descriptor = JSON.parse(JSON.stringify(code));
  worker.postMessage({ descriptor, captured, args, use });
  const [answer] = await once(worker, 'message');
  return answer;
}

const values: Record<string, () => unknown> = (await load('values.js')).make();
const sloppy: Record<string, () => unknown> = (await load('sloppy.cjs')).make();
const collect =
  'async (f, n) => { const all = []; for await (const x of f(n)) all.push(x); return all; }';

describe('a function by value runs in another thread', () => {
  const cases: [string, () => unknown, unknown[], string | undefined, unknown][] = [
    ['an arrow', values.arrow!, [1, { c: 3 }, 4], undefined, [1, 2, { c: 3 }, [4]]],
    ['an async arrow', values.async!, [21], undefined, 42],
    ['a generator', values.generator!, [3], collect, [0, 1, 2]],
    ['a method', values.plain!, [1], undefined, 2],
    ['a method of a computed name', values.computed!, [2], collect, [0, 1]],
    ['a getter', values.getter!, [], undefined, 'got'],
    ['a private method', values.secret!, [], undefined, 7],
    ['a method of a class', values.own!, [], undefined, true],
    ['a function that calls itself', values.factorial!, [5], undefined, 120],
    ['a class', values.Account!, [5], '(C, n) => [new C(n).balance, C.opened]', [5, 3]],
    ['a class of a built-in', values.Stack!, [], '(C) => C.of(1, 2).top()', 2],
    ['a strict function', values.isStrict!, [], undefined, true],
    ['a sloppy function', sloppy.plain!, [], undefined, true],
    ['an arrow in a sloppy file', sloppy.arrow!, [], undefined, true],
    ['an arrow in a strict function', sloppy.strictInside!, [], undefined, true],
    ['typeof of what is not there', values.asks!, [], undefined, true],
    ['an indirect eval', values.indirect!, ['1 + 1'], undefined, 2],
    ['import() beside its file', values.importsBeside!, [], undefined, expect.any(Number)],
    ['from a transformed test file', (() => [1, 2].length) as () => unknown, [], undefined, 2],
  ];
  test.each(cases)('%s', async (_, fn, args, use, expected) => {
    const answer = await inWorker(fn, args, use);
    expect(answer.stack).toBeUndefined();
    expect(answer.value).toEqual(expected);
    expect(answer.name).toBe(fn.name);
    expect(answer.same).toBe(true);
    expect(answer.again).toEqual(takeApart(fn).code);
  });

  test('and may import without a warning of Node', async () => {
    const use = `async (f) => {
      const warned = [];
      process.on('warning', (warning) => warned.push(warning.message));
      await f();
      await new Promise(setImmediate);
      return warned;
    }`;
    expect((await inWorker(values.importsBeside!, [], use)).value).toEqual([]);
  });

  test('and its errors point at the original file, line and column', async () => {
    const { stack } = await inWorker(values.throws!);
    expect(stack).toMatch(/^Error: here\n {4}at (Object\.)?throws \(.*values\.js:89:13\)/);
    const { stack: imported } = await inWorker(values.importsAndThrows!);
    expect(imported).toMatch(/^Error: after\n {4}at .*importsAndThrows .*values\.js:112:13\)/);
  });
});

describe('a function by reference runs in another thread', async () => {
  const exported = await load('exports.js');
  const { default: object } = await load('default-object.js');
  const { default: common } = await load('exports.cjs');
  const { default: itself } = await load('exports-itself.cjs');
  const cases: [string, () => unknown, unknown[], unknown][] = [
    ['of an ES module', exported.declared, [1], 'exported 1'],
    ['within a class', exported.Tools.prototype.method, [], 'exported'],
    ['within a default export', object.inner.fn, [], 'object'],
    ['of a CommonJS module', common.named, [], 'cjs'],
    ['that is a CommonJS module', itself, [], 'itself'],
    ['of the language', Math.max, [1, 2], 2],
  ];
  test.each(cases)('%s', async (_, fn, args, expected) => {
    const answer = await inWorker(fn, args);
    expect(answer.stack).toBeUndefined();
    expect(answer.value).toBe(expected);
    expect(answer.again).toEqual(takeApart(fn).code);
  });

  test('and shares the state of its module there', async () => {
    const { value: before } = await inWorker(values.importsBeside!);
    const { value: after } = await inWorker(exported.Tools.run, ['x']);
    expect(after).toBe(`exported x ${Number(before) + 1}`);
  });
});

describe('rebuildFunction', () => {
  const url = new URL('exports.js', fixtures).href;
  const reference = { kind: 'reference', format: 'module', url } as const;

  test('gives the exported function itself in the same thread', async () => {
    const { declared } = await load('exports.js');
    expect(await rebuildFunction(describeFunction(declared))).toBe(declared);
  });

  test('is synchronous for an ES module that it imported before', async () => {
    const descriptor = { ...reference, path: ['arrow'] };
    const fn = await rebuildFunction(descriptor);
    expect(rebuildFunction(descriptor)).toBe(fn);
  });

  test('refuses an export that is not there', async () => {
    await expect(rebuildFunction({ ...reference, path: ['Tools', 'none'] })).rejects.toThrow(
      `${url} does not export the function Tools.none`,
    );
  });

  test('tells functions of the same text in two places apart', () => {
    const [first, second] = [() => 1, () => 1];
    expect(rebuildFunction(describeFunction(first))).not.toBe(
      rebuildFunction(describeFunction(second)),
    );
  });
});
