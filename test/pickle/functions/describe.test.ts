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
} from '../../../dist/pickle/functions/index.js';

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
    return `described as ${JSON.stringify(describeFunction(fn))}`;
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
    expect(message(exported.hidden())).toMatch('it uses the variable `prefix`');
  });
});

describe('a function that a CommonJS module exports goes by reference', async () => {
  const { default: exported } = await load('exports.cjs');
  const { default: itself } = await load('exports-itself.cjs');
  const { default: made } = await load('exports-made.cjs');
  const cases: [string, () => unknown, string, string[]][] = [
    ['a property', exported.named, 'exports.cjs', ['named']],
    ['a getter', exported.getter, 'exports.cjs', ['getter']],
    ['a static method', exported.Tools.run, 'exports.cjs', ['Tools', 'run']],
    ['a method', exported.Tools.prototype.method, 'exports.cjs', ['Tools', 'prototype', 'method']],
    ['the module itself', itself, 'exports-itself.cjs', []],
    ['what another module made', made.made, 'exports-made.cjs', ['made']],
  ];
  test.each(cases)('as %s', (_, fn, file, path) => {
    expect(where(describeFunction(fn))).toEqual(['reference', 'commonjs', file, path]);
  });
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
      9,
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

describe('what cannot travel is refused by name', async () => {
  const { isProxied } = { isProxied: new Proxy(() => 1, {}) };
  const bound = (() => 1).bind(null);
  const cases: [string, () => unknown, string | RegExp][] = [
    [
      'a variable',
      values.usesConfig!,
      'function usesConfig cannot travel: it uses the variable `config` of its surroundings ' +
        '(line 94); pass what it needs as an argument, or export the function from a module ' +
        "other than the program's entry",
    ],
    ['two variables', values.usesTwo!, 'the variables `config` and `key` of its surroundings'],
    ['an import', values.usesImport!, "it uses `join`, imported from 'node:path' (line 96)"],
    ['require', sloppy.usesRequire!, 'it uses `require` of its CommonJS file (line 23)'],
    ['a variable named as a global', values.usesShadowed!, 'the variable `fetch`'],
    ['this of an arrow', values.usesThis!, 'it uses `this` of its surroundings (line 98)'],
    ['this of a class field', values.bound!, 'it uses `this` of its surroundings'],
    ['new.target of an arrow', values.usesTarget!, 'it uses `new.target` of its surroundings'],
    ['arguments of an arrow', values.usesArguments!, 'it uses `arguments` of its surroundings'],
    ['import.meta', values.usesMeta!, 'it uses `import.meta` (line 105)'],
    ['a direct eval', values.usesEval!, 'it uses a direct `eval` (line 106)'],
    ['a with statement', sloppy.usesWith!, 'it uses a `with` statement'],
    ['what is not there', values.usesUnknown!, 'it uses the global `notThere`'],
    ['super in a method', values.up!, 'it uses `super`'],
    ['super in an object', values.sup!, 'it uses `super`'],
    ['a private name', values.leak!, 'it uses the private name `#secret` of its class (line 33)'],
    ['a name that was set anew', values.original!, 'it uses the variable `rebound`'],
    ['a property of its own', values.withProperty!, 'it was given the property `retries`'],
    ['a bound function', bound, 'it is a bound function'],
    ['a Proxy', isProxied, 'it is a Proxy'],
    ['a function within Node', promisify(() => {}), 'it belongs to Node itself'],
    ['a native function', (async () => {}).constructor as never, 'it is a native function'],
  ];
  test.each(cases)('%s', (_, fn, text) => {
    expect(message(fn)).toMatch(text);
  });
});
