import { builtinModules, isBuiltin } from 'node:module';
import type { FunctionReference } from './descriptor.js';
import { functionsIn } from './find-path.js';
import { standardGlobals } from './standard-globals.js';

const references = new WeakMap<object, FunctionReference>();
const indexed = new Set<string>();

// Taken before the program replaces some, `fetch` for one. Getters stay uncalled: they load what
// they stand for, and some warn.
const globalValues: [name: string, value: unknown][] = [];
for (const name of standardGlobals) {
  const value: unknown = Object.getOwnPropertyDescriptor(globalThis, name)?.value;
  if (value !== globalThis) globalValues.push([name, value]);
}

/** The reference to a function of the language or of Node; undefined for any other. */
export function builtinReference(fn: object): FunctionReference | undefined {
  if (once('global:')) {
    // `parseInt` before `Number.parseInt`.
    for (const [name, value] of globalValues) add('global', 'global:', value, [name]);
    for (const [name, value] of globalValues) index('global', 'global:', value, [name]);
  }
  for (const url of loadedModules()) {
    if (once(url)) index('builtin', url, process.getBuiltinModule(url), []);
  }
  return references.get(fn);
}

function once(url: string): boolean {
  return !indexed.has(url) && indexed.add(url) !== undefined;
}

function index(format: Format, url: string, root: unknown, base: string[]): void {
  for (const [fn, path] of functionsIn(root)) {
    // What starts with _ is Node's own, and holds what programs hook in, such as module._extensions.
    if (!path.some((key) => key.startsWith('_'))) add(format, url, fn, [...base, ...path]);
  }
}

type Format = FunctionReference['format'];

function add(format: Format, url: string, value: unknown, path: string[]): void {
  if (typeof value !== 'function' || references.has(value)) return;
  references.set(value, { kind: 'reference', format, url, path });
}

/** The URLs of the modules that are loaded: nobody holds a function of any other. */
function loadedModules(): string[] {
  const { moduleLoadList } = process as { moduleLoadList?: string[] };
  const names =
    moduleLoadList
      ?.filter((entry) => entry.startsWith('NativeModule '))
      .map((entry) => entry.slice('NativeModule '.length)) ?? builtinModules;
  return ['process', ...names]
    .filter((name) => !UNASKED.test(name))
    .flatMap((name) => {
      const url = name.startsWith('node:') ? name : `node:${name}`;
      // `fs.promises` is `fs/promises` too, without loading it under that name.
      return [url, `${url}/promises`];
    })
    .filter((url) => isBuiltin(url));
}

/** Node's own modules, and those that warn when they are asked for. */
const UNASKED = /^_|^internal\/|^punycode$|^sys$/;
