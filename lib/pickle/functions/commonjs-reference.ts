import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { types } from 'node:util';
import type { FunctionReference } from './descriptor.js';
import { findPath, follow, functionsIn } from './find-path.js';
import { isImportable } from './travel-mode.js';

const require = createRequire(import.meta.url);

/**
 * The reference to a function that the CommonJS module of a file exports, itself or, if `isDeep`,
 * within an object or class.
 */
export function commonjsReference(
  fn: object,
  file: string,
  isDeep: boolean,
): FunctionReference | undefined {
  const module = require.cache[file];
  if (module === undefined || !isImportable(file)) return undefined;
  const find = isDeep ? findPath : findDirectly;
  const path = find(module.exports, fn) ?? findGetter(module.exports, fn);
  return path && reference(file, path);
}

function findDirectly(exports: unknown, fn: object): string[] | undefined {
  if (exports === fn) return [];
  if (typeof exports !== 'object' || exports === null || types.isProxy(exports)) return undefined;
  for (const key of Object.getOwnPropertyNames(exports)) {
    if (Object.getOwnPropertyDescriptor(exports, key)?.value === fn) return [key];
  }
  return undefined;
}

/** TypeScript and bundlers export by getters. */
function findGetter(exports: unknown, fn: object): string[] | undefined {
  if (typeof exports !== 'object' || exports === null) return undefined;
  for (const [key, { get }] of Object.entries(Object.getOwnPropertyDescriptors(exports))) {
    if (get !== undefined && valueOfGetter(get, exports) === fn) return [key];
  }
  return undefined;
}

function valueOfGetter(get: () => unknown, exports: object): unknown {
  try {
    return get.call(exports);
  } catch {
    return undefined;
  }
}

const found = new WeakMap<object, FunctionReference>();
const searched = new WeakSet<NodeModule>();

/** The reference to a function that any loaded CommonJS module exports. */
export function anyCommonjsReference(fn: object): FunctionReference | undefined {
  for (const [file, module] of Object.entries(require.cache)) {
    if (!module?.loaded || searched.has(module)) continue;
    searched.add(module);
    if (!isImportable(file)) continue;
    for (const [exported, path] of functionsIn(module.exports)) {
      if (!found.has(exported)) found.set(exported, reference(file, path));
    }
  }
  const known = found.get(fn);
  // A module may have changed its exports, or was loaded anew, since it was searched.
  const module = known && require.cache[fileURLToPath(known.url)];
  return module && follow(module.exports, known.path) === fn ? known : undefined;
}

/** The function of such a reference, whose module is loaded if it is not there yet. */
export function loadCommonjs({ url, path }: FunctionReference): unknown {
  return follow(require(fileURLToPath(url)), path);
}

function reference(file: string, path: string[]): FunctionReference {
  return { kind: 'reference', format: 'commonjs', url: pathToFileURL(file).href, path };
}
