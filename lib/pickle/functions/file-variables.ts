import { createRequire, isBuiltin, Module } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FileVariable } from './descriptor.js';
import { fileOf } from './entry.js';
import { importBeside } from './import-beside.js';
import { resolveImport } from './resolve-import.js';

/** What such a variable is in the file of a URL, in this thread. */
export function fileVariable({ what }: FileVariable, url: string): unknown {
  const file = fileOf(url);
  switch (what) {
    case 'meta':
      return metaOf(url, file);
    case 'import':
      return importBeside(url);
    case '__filename':
      return file;
    case '__dirname':
      return file && dirname(file);
    case 'require':
      return file && createRequire(file);
    case 'module':
      return file && moduleOf(file);
    case 'bareModule':
      return file && bareModule(file);
    case 'exports':
      return file && createRequire(file)(file);
  }
}

function moduleOf(file: string): NodeModule {
  const require = createRequire(file);
  require(file);
  return require.cache[file] ?? bareModule(file);
}

/** The program's entry is not run again for it. */
function bareModule(file: string): NodeModule {
  return Object.assign(new Module(file), { filename: file });
}

const metas = new Map<string, object>();

function metaOf(url: string, file: string | undefined): object {
  let meta = metas.get(url);
  if (meta === undefined) {
    const href = file === undefined ? url : pathToFileURL(file).href;
    const names = file === undefined ? {} : { dirname: dirname(file), filename: file };
    meta = { __proto__: null, ...names, url: href, resolve };
    metas.set(url, meta);
  }
  return meta;

  function resolve(specifier: string): string {
    const found = resolveImport(specifier, url);
    if (found !== undefined) return found;
    const what = isBuiltin(specifier) ? 'module' : 'package';
    throw Object.assign(new Error(`Cannot find ${what} '${specifier}' imported from ${url}`), {
      code: 'ERR_MODULE_NOT_FOUND',
    });
  }
}
