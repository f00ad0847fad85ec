import { types } from 'node:util';

/** How many properties lead to a function at most: `['Tools', 'prototype', 'run']`. */
const DEPTH = 3;

/** Finds everything that a walk through own properties leads to, nearest first. */
export function* functionsIn(root: unknown): Generator<[fn: object, path: string[]]> {
  if (typeof root === 'function') yield [root, []];
  const seen = new Set<unknown>([root]);
  let level: [owner: unknown, path: string[]][] = [[root, []]];
  for (let depth = 1; depth <= DEPTH; depth += 1) {
    const next: typeof level = [];
    for (const [owner, path] of level) {
      for (const [key, value] of ownValues(owner)) {
        if (seen.has(value)) continue;
        seen.add(value);
        const there: [object, string[]] = [value, [...path, key]];
        if (typeof value === 'function') yield there;
        if (isContainer(value, key)) next.push(there);
      }
    }
    level = next;
  }
}

/** The properties that lead from a value to a function; undefined where none do. */
export function findPath(root: unknown, fn: object): string[] | undefined {
  for (const [found, path] of functionsIn(root)) if (found === fn) return path;
  return undefined;
}

/** Follows such properties. */
export function follow(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const key of path) {
    if (value === null || value === undefined) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** Objects and functions among own properties. Getters are not called: they may do anything. */
function* ownValues(owner: unknown): Generator<[string, object]> {
  if (!isObject(owner) || types.isProxy(owner)) return;
  for (const key of Object.getOwnPropertyNames(owner)) {
    const value = dataValue(owner, key);
    if (isObject(value)) yield [key, value];
  }
}

function dataValue(owner: object, key: string): unknown {
  try {
    return Object.getOwnPropertyDescriptor(owner, key)?.value;
  } catch {
    return undefined; // An export of a module that is not there yet.
  }
}

/** Namespaces, classes and their prototypes; no data, which may be as large as it likes. */
function isContainer(value: object, key: string): boolean {
  if (typeof value === 'function' || key === 'prototype') return true;
  if (types.isProxy(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function isObject(value: unknown): value is object {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}
