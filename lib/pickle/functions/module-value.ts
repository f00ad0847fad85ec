import { builtinModules, createRequire } from 'node:module';
import { types } from 'node:util';
import { fileOf } from './entry.js';
import { type ModuleValue, rememberedModule, rememberModule } from './known-modules.js';
import { loadNow } from './load-module.js';
import { resolveImport } from './resolve-import.js';
import type { Script } from './scripts.js';
import { isImportable, urlOf } from './travel-mode.js';

const require = createRequire(import.meta.url);

/**
 * The module that a captured value stands for: what `require` gave, or a namespace.
 *
 * @param name the variable, which the script may have set with `require('…')`
 * @returns undefined for any other value
 */
export function moduleOf(value: object, name: string, script: Script): ModuleValue | undefined {
  return rememberedModule(value) ?? builtinOf(value) ?? requiredBy(value, name, script);
}

let indexed = 0;

/** A module of Node's own. */
function builtinOf(value: object): ModuleValue | undefined {
  const { moduleLoadList = builtinModules } = process as { moduleLoadList?: readonly string[] };
  if (moduleLoadList.length !== indexed) {
    indexed = moduleLoadList.length;
    for (const entry of moduleLoadList) indexBuiltin(entry.replace(/^NativeModule /, ''));
  }
  return (
    rememberedModule(value) ?? (types.isModuleNamespaceObject(value) ? byDefault() : undefined)
  );

  function byDefault(): ModuleValue | undefined {
    const { default: exports } = value as { default?: unknown };
    const module = typeof exports === 'object' && exports ? rememberedModule(exports) : undefined;
    return module?.url.startsWith('node:') ? { ...module, name: '*' } : undefined;
  }
}

/** Node's own modules, and those that warn when they are asked for. */
const UNASKED = /^_|^internal\/|^punycode$|^sys$|^Internal/;

function indexBuiltin(name: string): void {
  if (UNASKED.test(name)) return;
  const url = name.startsWith('node:') ? name : `node:${name}`;
  for (const each of [url, `${url}/promises`]) {
    if (!builtinModules.includes(each.slice('node:'.length)) && each !== name) continue;
    const exports: unknown = process.getBuiltinModule(each);
    // One that is a function goes as other functions do.
    if (typeof exports === 'object' && exports) rememberModule(exports, { url: each, name: null });
  }
}

/** By script and variable, where the module is that the text says. */
const resolved = new WeakMap<Script, Map<string, string | undefined>>();

function requiredBy(value: object, name: string, script: Script): ModuleValue | undefined {
  const specifier = script.syntax.moduleVariables.get(name);
  if (specifier === undefined) return undefined;
  const urls = resolved.get(script) ?? new Map<string, string | undefined>();
  resolved.set(script, urls);
  if (!urls.has(name)) urls.set(name, resolve(name, specifier, script));
  const url = urls.get(name);
  if (url === undefined || !isImportableUrl(url)) return undefined;
  if (isMadeByVitest(name)) return { url, name: '*' };
  const exports = exportsOf(url);
  if (exports === value) return { url, name: null };
  return (value as { default?: unknown }).default === exports && exports !== undefined
    ? { url, name: '*' }
    : undefined;
}

/** The variables that vitest puts namespaces into; some are a Proxy that hides the module. */
export function isMadeByVitest(name: string): boolean {
  return /^__vi(te_ssr)?_import_\d+__$/.test(name);
}

function isImportableUrl(url: string): boolean {
  const file = fileOf(url);
  return file === undefined || isImportable(file);
}

function exportsOf(url: string): unknown {
  const file = fileOf(url);
  // Nothing is loaded here that the program has not loaded.
  if (file !== undefined && require.cache[file] === undefined) return undefined;
  const found = loadNow(url);
  return found && ('exports' in found ? found.exports : found.namespace);
}

function resolve(name: string, specifier: string, script: Script): string | undefined {
  if (isMadeByVitest(name)) return resolveForVitest(specifier, script.url);
  if (script.file === undefined) return undefined;
  try {
    const found = createRequire(script.file).resolve(specifier);
    return fileOf(found) === undefined ? found.replace(/^(?!node:)/, 'node:') : urlOf(found);
  } catch {
    return undefined;
  }
}

/** vitest names files from the root of the project, which is some folder above the file. */
function resolveForVitest(specifier: string, from: string): string | undefined {
  if (!specifier.startsWith('/')) return resolveImport(specifier, from);
  const path = specifier.replace(/^\/@fs(?=\/)/, '').replace(/[?#].*$/, '');
  const { existsSync } = process.getBuiltinModule('node:fs');
  const folders = (fileOf(from) ?? '').split(/[\\/]/).slice(0, -1);
  const above = folders.map((_, index) => folders.slice(0, folders.length - index).join('/'));
  const root = [process.cwd(), ...above, ''].find((folder) => existsSync(folder + path));
  return root === undefined ? undefined : urlOf(root + path);
}
