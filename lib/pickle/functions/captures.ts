import { builtinModules, Module } from 'node:module';
import { dirname } from 'node:path';
import { types } from 'node:util';
import type { Analysis } from './analyse.js';
import type { FileVariable, Import } from './descriptor.js';
import { isWithin, type Range } from './edits.js';
import { fileOf } from './entry.js';
import { hasValue, type Inspection, type Scope, valueIn } from './inspect.js';
import { deferred } from './load-module.js';
import { isMadeByVitest, moduleOf } from './module-value.js';
import type { Problem } from './problems.js';
import { resolveImport } from './resolve-import.js';
import type { Script } from './scripts.js';
import { FILE_VARIABLES, standardGlobals } from './standard-globals.js';
import { isImportable } from './travel-mode.js';

/** What a function takes from its surroundings. */
export interface Captures {
  variables: string[];
  /** Those of the variables, now. */
  values: unknown[];
  imports: Import[];
  fileVariables: FileVariable[];
  /** Whether it has its name for something else, as in `job = memoize(job)`. */
  isRebound: boolean;
  /** The variables that other values could be assigned to. */
  assignable: string[];
  /** Whether others may assign to them: scripts share their top-level variables. */
  isShared: boolean;
  problems: Problem[];
}

/** Finds the variables of a function's surroundings, and reads them. */
export function readCaptures(
  fn: object,
  { variables: { uses, ownName }, bindings: { typeofOperands }, shape }: Analysis,
  inspection: Inspection | undefined,
  dropped: readonly Range[],
  lead: number,
): Captures {
  const captures: Captures = {
    variables: [],
    values: [],
    imports: [],
    fileVariables: [],
    isRebound: false,
    assignable: [],
    isShared: false,
    problems: [],
  };
  for (const [name, all] of uses) {
    const offsets =
      dropped.length === 0 ? all : all.filter((offset) => !isWithin(dropped, offset - lead));
    if (offsets.length === 0) continue;
    const scope = inspection && scopeOf(name, inspection);
    if (scope === undefined) {
      if (standardGlobals.has(name)) continue;
      const isNowhere = inspection !== undefined && !(name in globalThis);
      if (isNowhere && offsets.some((offset) => typeofOperands.has(offset))) continue;
      // `node -e` has Node's modules as globals.
      if (inspection !== undefined && !isNowhere && builtinModules.includes(name)) {
        captures.imports.push({ local: name, url: `node:${name}`, name: null });
        continue;
      }
    }
    capture(name, offsets[0]!, scope);
  }
  const scope = ownName !== undefined && inspection && reboundScope(fn, ownName, inspection);
  if (scope) {
    captures.isRebound = true;
    take(ownName!, scope);
  }
  return captures;

  function capture(name: string, offset: number, scope: Scope | undefined): void {
    if (name === 'arguments') captures.problems.push({ name, kind: 'arguments', offset });
    else if (scope === undefined || inspection?.script === undefined) {
      captures.problems.push({ name, kind: kindOf(name), offset });
    } else if (!hasValue(scope, name)) captures.problems.push({ name, kind: 'unset', offset });
    else if (!isOfFile(name, scope, inspection.script)) {
      const value = valueIn(scope, name);
      take(name, scope);
      if (types.isModuleNamespaceObject(value)) {
        captures.problems.push({ name, kind: 'namespace', offset });
      }
    }
  }

  function kindOf(name: string): Problem['kind'] {
    if (FILE_VARIABLES.has(name) && !inspection?.script?.isModule) return 'file';
    // V8 need not keep what only the evaluation of a class needs.
    return inspection && !shape ? 'global' : 'variable';
  }

  /** Whether it is found through the function's file instead of by its value. */
  function isOfFile(name: string, scope: Scope, script: Script): boolean {
    const imported = importOf(name, scope, script);
    if (imported !== undefined) {
      captures.imports.push(imported);
      if (scope.kind !== 'Module') captures.assignable.push(name);
      return true;
    }
    const what = whatOfFile(name, valueIn(scope, name), script);
    if (what === undefined) return false;
    captures.fileVariables.push({ local: name, what });
    captures.assignable.push(name);
    return true;
  }

  function take(name: string, scope: Scope): void {
    captures.variables.push(name);
    captures.values.push(valueIn(scope, name));
    captures.assignable.push(name);
    if (scope.kind === 'Script' || scope.kind.startsWith('With')) captures.isShared = true;
  }
}

export function scopeOf(name: string, { scopes }: Inspection): Scope | undefined {
  for (const scope of scopes) if (Object.hasOwn(scope.variables, name)) return scope;
  return undefined;
}

interface Resolved {
  import: Import;
  file: string | undefined;
}

const resolved = new WeakMap<Script, Map<string, Resolved>>();

function importOf(name: string, scope: Scope, script: Script): Import | undefined {
  if (scope.kind === 'Module') {
    const imported = script.syntax.imports.get(name);
    if (imported !== undefined) {
      const found = resolveOnce(name, imported.specifier, imported.name, script);
      return found.file === undefined || isImportable(found.file) ? found.import : undefined;
    }
  }
  const value = valueIn(scope, name);
  if (typeof value !== 'object' || value === null) return undefined;
  // A Proxy may do anything when it is looked at.
  if (types.isProxy(value) && !isMadeByVitest(name)) return undefined;
  const module = moduleOf(value, name, script);
  return module && { local: name, ...module };
}

function resolveOnce(local: string, specifier: string, name: string, script: Script): Resolved {
  const ofScript = resolved.get(script) ?? new Map<string, Resolved>();
  resolved.set(script, ofScript);
  let found = ofScript.get(local);
  if (found === undefined) {
    const url = resolveImport(specifier, script.url) ?? deferred(specifier, script.url);
    found = { import: { local, url, name }, file: fileOf(url) };
    ofScript.set(local, found);
  }
  return found;
}

/** What stands for `import.meta` and `import()` where vitest compiled a module. */
const OF_VITEST: Record<string, FileVariable['what']> = {
  __vite_ssr_import_meta__: 'meta',
  __vite_ssr_dynamic_import__: 'import',
};

/** By their values: a variable of one's own may have such a name, too. */
function whatOfFile(
  name: string,
  value: unknown,
  script: Script,
): FileVariable['what'] | undefined {
  if (Object.hasOwn(OF_VITEST, name)) return OF_VITEST[name];
  const file = FILE_VARIABLES.has(name) && !script.isModule ? script.file : undefined;
  if (file === undefined) return undefined;
  const isIt = {
    require: () => typeof value === 'function' && 'cache' in value && 'resolve' in value,
    module: () => value instanceof Module,
    exports: () => isImportable(file) && Module.createRequire(file).cache[file]?.exports === value,
    __filename: () => value === file,
    __dirname: () => value === dirname(file),
  };
  const what = name as keyof typeof isIt;
  if (!isIt[what]()) return undefined;
  return what === 'module' && !isImportable(file) ? 'bareModule' : what;
}

/**
 * A declared function finds itself through the variable of its name. Where that was set to something
 * else since, its name does not mean the function.
 */
function reboundScope(fn: object, name: string, inspection: Inspection): Scope | undefined {
  const { script, place } = inspection;
  const scope = scopeOf(name, inspection);
  if (scope === undefined || place === undefined || valueIn(scope, name) === fn) return undefined;
  return script!.syntax.declarations.has(place.offset) ? scope : undefined;
}
