import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { PicklingError } from '../errors.js';
import type { Import } from './descriptor.js';
import { fileOf } from './entry.js';
import { importBeside } from './import-beside.js';
import { codeComes } from './instrumented.js';
import { rememberModule } from './known-modules.js';

const require = createRequire(import.meta.url);

/** Modules that cannot be loaded at once, by `require`: they await, or only `import()` finds them. */
export class ModulesNeeded extends Error {
  override name = 'ModulesNeeded';
  /** For `loadModules`. */
  readonly urls: string[];

  constructor(urls: string[]) {
    super(`not imported yet: ${urls.map((url) => url.replace(BETWEEN, ' from ')).join(', ')}`);
    this.urls = urls;
  }
}

/** What `import()` gave. */
const namespaces = new Map<string, object>();
const BETWEEN = '\n';

/** What stands for a specifier that only the loader of the other side can resolve. */
export function deferred(specifier: string, from: string): string {
  return `${specifier}${BETWEEN}${from}`;
}

/** Imports what a `ModulesNeeded` named, so that it is there at once from now on. */
export async function loadModules(urls: readonly string[]): Promise<void> {
  await Promise.all(
    urls.map(async (url) => {
      if (namespaces.has(url)) return;
      const [specifier, from] = url.split(BETWEEN) as [string, string?];
      const imported = from === undefined ? import(url) : importBeside(from)(specifier);
      namespaces.set(url, (await imported) as object);
    }),
  );
}

let needsImport: ((file: string) => boolean) | undefined;

/** From now on, files of which this is true are loaded by `import()` only. */
export function importOnly(which: (file: string) => boolean): void {
  needsImport = which;
}

/**
 * The values of imports.
 *
 * @throws ModulesNeeded if some cannot be loaded at once
 */
export function loadImports(imports: readonly Import[]): unknown[] {
  const needed = new Set<string>();
  const values = imports.map((wanted) => {
    const found = loadNow(wanted.url);
    if (found === undefined) needed.add(wanted.url);
    return found && exportOf(found, wanted);
  });
  if (needed.size > 0) throw new ModulesNeeded([...needed]);
  return values;
}

/** The namespace of an ES module, or the `module.exports` of any other. */
type Loaded = { namespace: object } | { exports: unknown };

/** Loads a module; undefined for one that cannot be loaded at once. */
export function loadNow(url: string): Loaded | undefined {
  const namespace = namespaces.get(url);
  if (namespace !== undefined) return { namespace };
  codeComes();
  if (url.startsWith('node:')) {
    const exports: unknown = process.getBuiltinModule(url);
    return exports === undefined ? undefined : { exports };
  }
  const file = url.startsWith('file:') && !/[?#]/.test(url) ? fileOf(url) : undefined;
  if (file === undefined || !isRequirable(file) || needsImport?.(file)) return undefined;
  try {
    const exports: unknown = require(file);
    return isNamespace(exports) ? { namespace: exports } : { exports };
  } catch (error) {
    if (NEEDS_IMPORT.has((error as { code?: string } | null)?.code ?? '')) return undefined;
    throw error;
  }
}

/** `import()` may find these nevertheless, or says better what is wrong. */
const NEEDS_IMPORT = new Set([
  'ERR_REQUIRE_ASYNC_MODULE',
  'ERR_REQUIRE_CYCLE_MODULE',
  'ERR_REQUIRE_ESM',
  'ERR_UNKNOWN_FILE_EXTENSION',
  'MODULE_NOT_FOUND',
]);

/** `require` takes the text of a file of any other kind for JavaScript. */
function isRequirable(file: string): boolean {
  const extension = extname(file);
  return /^\.[cm]?js$/.test(extension) || extension in require.extensions;
}

function isNamespace(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Module]';
}

function exportOf(found: Loaded, { url, name }: Import): unknown {
  if ('exports' in found) {
    const { exports } = found;
    if (name === null || name === 'default') return remembered(exports, url, null);
    if (name === '*') return remembered(namespaceOf(exports), url, '*');
    return checked(exports, url, name);
  }
  const { namespace } = found;
  if (name === '*' || name === null) return remembered(namespace, url, name);
  return checked(namespace, url, name);
}

function remembered(value: unknown, url: string, name: string | null): unknown {
  if (typeof value === 'object' && value !== null) rememberModule(value, { url, name });
  return value;
}

function checked(exports: unknown, url: string, name: string): unknown {
  if (exports === null || exports === undefined || !(name in Object(exports))) {
    throw new PicklingError(`${url} does not export ${name}`);
  }
  return (exports as Record<string, unknown>)[name];
}

const made = new WeakMap<object, object>();

/** What `import * as name` gives of a module that is none of ECMAScript. */
function namespaceOf(exports: unknown): object {
  if (Object(exports) !== exports) return { __proto__: null, default: exports };
  let namespace = made.get(exports as object);
  if (namespace === undefined) {
    namespace = Object.assign(Object.create(null) as object, exports, { default: exports });
    made.set(exports as object, namespace);
  }
  return namespace;
}
