import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fileOf } from './entry.js';

/**
 * Resolves what an `import` names, as Node does, but for any file and at once: `import.meta.resolve`
 * knows one's own file only, and `require.resolve` the exports for `require` only.
 *
 * @param from the URL of the file with the import
 * @returns undefined for what it does not find, perhaps because hooks of a loader would
 * @see https://nodejs.org/api/esm.html#resolution-algorithm
 */
export function resolveImport(specifier: string, from: string): string | undefined {
  if (isBuiltin(specifier)) return specifier.replace(/^(?!node:)/, 'node:');
  if (/^[a-z][a-z\d+.-]+:/i.test(specifier)) return specifier;
  const file = fileOf(from);
  if (file === undefined) return undefined;
  if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, pathToFileURL(file)).href;
  try {
    const found = specifier.startsWith('#')
      ? resolveInternal(specifier, file)
      : resolvePackage(specifier, file);
    return found && pathToFileURL(realpathSync(found)).href;
  } catch {
    return undefined;
  }
}

type Targets = string | null | Targets[] | { [condition: string]: Targets };

interface Manifest {
  name?: string;
  exports?: Targets;
  imports?: Record<string, Targets>;
}

function resolveInternal(specifier: string, file: string): string | undefined {
  for (const folder of foldersAbove(file)) {
    const manifest = manifestOf(folder);
    if (manifest === undefined) continue;
    const target = match(manifest.imports ?? {}, specifier);
    return target?.startsWith('./') ? join(folder, target) : undefined;
  }
  return undefined;
}

function resolvePackage(specifier: string, file: string): string | undefined {
  const [, name, rest] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(specifier)!;
  let isNearest = true;
  for (const folder of foldersAbove(file)) {
    const around = isNearest ? manifestOf(folder) : undefined;
    if (around !== undefined) {
      isNearest = false;
      // A package may import itself by its name.
      if (around.name === name && around.exports) return exported(folder, around.exports, rest!);
    }
    const inside = join(folder, 'node_modules', name!);
    if (!existsSync(inside)) continue;
    const exports = manifestOf(inside)?.exports;
    if (exports) return exported(inside, exports, rest!);
    // Without `exports`, a path is a path, and the main file is what `require` finds.
    return rest ? join(inside, rest) : createRequire(file).resolve(specifier);
  }
  return undefined;
}

function exported(folder: string, exports: Targets, rest: string): string | undefined {
  const isTable =
    typeof exports === 'object' &&
    exports !== null &&
    Object.keys(exports).some((key) => key.startsWith('.'));
  const table = isTable ? (exports as Record<string, Targets>) : { '.': exports };
  const target = match(table, `.${rest}`);
  return target ? join(folder, target) : undefined;
}

/** Finds an entry: the very key, or the pattern with the longest beginning. */
function match(table: Record<string, Targets>, key: string): string | undefined {
  if (Object.hasOwn(table, key) && !key.includes('*')) return choose(table[key]!, '') ?? undefined;
  const patterns = Object.keys(table)
    .filter((pattern) => {
      const [before, after] = pattern.split('*') as [string, string?];
      const isLongEnough = after !== undefined && key.length >= pattern.length;
      return isLongEnough && key.startsWith(before) && key.endsWith(after);
    })
    .sort((a, b) => b.indexOf('*') - a.indexOf('*') || b.length - a.length);
  const [best] = patterns;
  if (best === undefined) return undefined;
  const [before, after] = best.split('*') as [string, string];
  return choose(table[best]!, key.slice(before.length, key.length - after.length)) ?? undefined;
}

function choose(target: Targets, part: string): string | null | undefined {
  if (typeof target === 'string') return target.replaceAll('*', () => part);
  if (target === null) return null;
  const isList = Array.isArray(target);
  for (const [condition, inner] of Object.entries(target)) {
    if (!isList && !CONDITIONS.has(condition)) continue;
    const chosen = choose(inner, part);
    if (chosen !== undefined) return chosen;
  }
  return undefined;
}

const CONDITIONS = new Set(['node', 'import', 'module-sync', 'node-addons', 'default']);
const flags = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)].join(' ');
for (const [, name] of flags.matchAll(/(?:^|\s)(?:-C|--conditions)[\s=]?(\S+)/g)) {
  CONDITIONS.add(name!);
}

function* foldersAbove(file: string): Generator<string> {
  let folder = dirname(file);
  while (true) {
    yield folder;
    const above = dirname(folder);
    if (above === folder) return;
    folder = above;
  }
}

function manifestOf(folder: string): Manifest | undefined {
  const file = join(folder, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : undefined;
}
