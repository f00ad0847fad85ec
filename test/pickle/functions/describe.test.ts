import { promises } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  describeFunction,
  type FunctionDescriptor,
  type FunctionReference,
  type FunctionSource,
  takeApart,
} from '../../../dist/pickle/functions/index.js';

const major = Number(process.versions.node.split('.')[0]);
const fixtures = new URL('../../fixtures/functions/', import.meta.url);
const load = (name: string) => import(new URL(name, fixtures).href);

const values: Record<string, () => unknown> = (await load('values.js')).make();
const sloppy: Record<string, () => unknown> = (await load('sloppy.cjs')).make();

const where = (descriptor: FunctionDescriptor) => {
  const { kind, format, url, path } = descriptor as FunctionReference;
  return [kind, format, url.split('/').at(-1), path];
};
const source = (fn: () => unknown) => describeFunction(fn) as FunctionSource;
// biome-ignore lint/complexity/noBannedTypes: classes, too
const message = (fn: Function) => {
  try {
    return `described as ${JSON.stringify(takeApart(fn).code)}`;
  } catch (error) {
    expect(error).toMatchObject({ name: 'PicklingError', code: 'ERR_PICKLING' });
    return (error as Error).message;
  }
};

describe('a function that an ES module exports goes by reference', async () => {
  const exported = await load('exports.js');
  const object = (await load('default-object.js')).default;
  const arrow = (await load('default-arrow.js')).default;
  const cases: [string, () => unknown, string, string[]][] = [
    ['a declaration', exported.declared, 'exports.js', ['declared']],
    ['a const', exported.arrow, 'exports.js', ['arrow']],
    ['a class', exported.Tools, 'exports.js', ['Tools']],
    ['a pattern', exported.picked, 'exports.js', ['picked']],
    ['a nested pattern', exported.first, 'exports.js', ['first']],
    ['another name', exported.renamed, 'exports.js', ['renamed']],
    ['a name that is a string', exported['a name'], 'exports.js', ['a name']],
    ['the default', exported.default, 'exports.js', ['default']],
    ['a default without a name', arrow, 'default-arrow.js', ['default']],
    ['a static method', exported.Tools.run, 'exports.js', ['Tools', 'run']],
    ['a method', exported.Tools.prototype.method, 'exports.js', ['Tools', 'prototype', 'method']],
    ['a member of an object', exported.ns.fn, 'exports.js', ['ns', 'fn']],
    ['a member of a member', exported.ns.deep.fn, 'exports.js', ['ns', 'deep', 'fn']],
    ['a method of a default object', object.method, 'default-object.js', ['default', 'method']],
    ['deep in a default object', object.inner.fn, 'default-object.js', ['default', 'inner', 'fn']],
  ];
  test.each(cases)('as %s', (_, fn, file, path) => {
    expect(where(describeFunction(fn))).toEqual(['reference', 'module', file, path]);
  });

  test('but not one that an exported function returns', () => {
    expect(takeApart(exported.hidden()).code.kind).toBe('value');
  });
});

describe('a function that a CommonJS module exports goes by reference', async () => {
  const { default: exported } = await load('exports.cjs');
  const { default: itself } = await load('exports-itself.cjs');
  const cases: [string, () => unknown, string, string[]][] = [
    ['a property', exported.named, 'exports.cjs', ['named']],
    ['a getter', exported.getter, 'exports.cjs', ['getter']],
    ['a static method', exported.Tools.run, 'exports.cjs', ['Tools', 'run']],
    ['a method', exported.Tools.prototype.method, 'exports.cjs', ['Tools', 'prototype', 'method']],
    ['the module itself', itself, 'exports-itself.cjs', []],
  ];
  test.each(cases)('as %s', (_, fn, file, path) => {
    expect(where(describeFunction(fn))).toEqual(['reference', 'commonjs', file, path]);
  });
});

test('a function that another module than its own exports goes by value', async () => {
  const { default: exported } = await load('exports-made.cjs');
  expect(takeApart(exported.made)).toMatchObject({ code: { kind: 'value' }, values: ['made'] });
});

describe('a function of Node or of the language goes by reference', () => {
  const cases: [string, () => unknown, string, string, string[]][] = [
    ['a global', parseInt as never, 'global', 'global:', ['parseInt']],
    ['a member of a global', Math.max, 'global', 'global:', ['Math', 'max']],
    ['a method of a global', [].map as never, 'global', 'global:', ['Array', 'prototype', 'map']],
    ['a class', Map as never, 'global', 'global:', ['Map']],
    ['a function of a module', join, 'builtin', 'node:path', ['join']],
    ['a function of fs.promises', promises.readFile as never, 'builtin', 'promises', ['readFile']],
    ['a function of process', process.cwd, 'builtin', 'node:process', ['cwd']],
  ];
  test.each(cases)('%s', (_, fn, format, url, path) => {
    expect(where(describeFunction(fn))).toEqual(['reference', format, url, path]);
  });
});

describe('a function that captures nothing goes by value', () => {
  test('with the place that it comes from', () => {
    const { kind, url, line, column, name } = source(values.factorial!);
    const file = fileURLToPath(url!).replaceAll('\\', '/');
    expect([kind, file.split('/').at(-1), line, column, name]).toEqual([
      'value',
      'values.js',
      10,
      2,
      'factorial',
    ]);
  });

  test('as plain JSON', () => {
    const descriptor = describeFunction(values.arrow!);
    expect(JSON.parse(JSON.stringify(descriptor))).toEqual(descriptor);
  });

  test('and is described once', () => {
    expect(describeFunction(values.arrow!)).toBe(describeFunction(values.arrow!));
  });

  test.each([
    ['a sloppy function', sloppy.plain!, false],
    ['an arrow in a sloppy file', sloppy.arrow!, false],
    ['an arrow in a strict function', sloppy.strictInside!, true],
    ['an arrow in a class', sloppy.inClass!, true],
    ['a function of a module', values.isStrict!, true],
  ])('%s stays strict or sloppy', (_, fn, strict) => {
    expect(source(fn).strict).toBe(strict);
  });

  test('from a test file that vitest transformed', () => {
    const { kind, url } = source(() => [1, 2].map((x) => x * 2));
    expect([kind, url?.endsWith('describe.test.ts')]).toEqual(['value', true]);
  });

  test('even where it was put into an exported object by a call', async () => {
    const { register, registry } = await load('registry.js');
    register();
    expect(describeFunction(registry.job).kind).toBe('value');
  });
});

// Node 20 does not tell such a variable from one that is undefined.
test.runIf(major >= 22)('a variable that has no value yet is refused by name', async () => {
  const { makeEarly } = await load('values.js');
  let text = '';
  makeEarly((fn: () => unknown) => {
    text = message(fn);
  });
  expect(text).toMatch(
    /^function early cannot travel: it uses the variable `unset`, which has no value yet \(line \d+\); send it later$/,
  );
});

describe('describeFunction', () => {
  test('refuses a function that captures something', () => {
    expect(() => describeFunction(values.usesConfig!)).toThrow(
      'function usesConfig cannot travel: it uses the variables `config` of its surroundings; ' +
        'pass what it needs as an argument, or export the function from a module other than the ' +
        "program's entry",
    );
  });
});

describe('what cannot travel is refused by name', async () => {
  const { isProxied } = { isProxied: new Proxy(() => 1, {}) };
  const cases: [string, () => unknown, string | RegExp][] = [
    [
      'what is not there',
      values.usesUnknown!,
      'function usesUnknown cannot travel: it uses the global `notThere`, which not every thread has ' +
        '(line 108); pass what it needs as an argument, or export the function from a module ' +
        "other than the program's entry",
    ],
    [
      'the namespace of a module that nobody knows',
      values.usesNamespace!,
      'it uses `unknown`, the',
    ],
    ['this of an arrow', values.usesThis!, 'it uses `this` of its surroundings (line 99)'],
    ['this of a class field', values.bound!, 'it uses `this` of its surroundings'],
    ['new.target of an arrow', values.usesTarget!, 'it uses `new.target` of its surroundings'],
    ['arguments of an arrow', values.usesArguments!, 'it uses `arguments` of its surroundings'],
    ['a direct eval', values.usesEval!, 'it uses a direct `eval` (line 107)'],
    ['a with statement', sloppy.usesWith!, 'it uses a `with` statement'],
    ['super in a method', values.up!, 'it uses `super`'],
    ['super in an object', values.sup!, 'it uses `super`'],
    ['a private name', values.leak!, 'it uses the private name `#secret` of its class (line 34)'],
    ['an accessor of its own', values.withAccessor!, 'it was given the accessor `now`'],
    ['a symbol of its own', values.withSymbol!, 'it was given a symbol of its own'],
    ['a replaced prototype', values.Replaced!, 'its prototype was replaced'],
    ['a computed name of what is gone', values.Gone!, 'it uses the computed name `once.name`'],
    ['a Proxy', isProxied, 'it is a Proxy'],
    ['a function within Node', promisify(() => {}), 'it belongs to Node itself'],
    ['a native function', (async () => {}).constructor as never, 'it is a native function'],
  ];
  test.each(cases)('%s', (_, fn, text) => {
    expect(message(fn)).toMatch(text);
  });
});
