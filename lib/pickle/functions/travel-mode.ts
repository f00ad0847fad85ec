import { pathToFileURL } from 'node:url';
import type { Callable } from './descriptor.js';
import { fileOf, isEntry } from './entry.js';
import { forgetParts } from './known-parts.js';

type Mode = 'reference' | 'value';

/** What the user chose, for functions and for modules by their URL. */
const functions = new WeakMap<object, Mode>();
const modules = new Map<string, Mode>();

/**
 * Lets a function, or all that a module exports, go by value from now on: the other side does not
 * import the module, whose top-level code may have effects. What others import from the module is
 * captured by value, too.
 * @param what the function, or the module's URL (`import.meta.url`) or absolute path
 */
export function byValue(what: Callable | URL | string): void {
  set(what, 'value');
}

/**
 * Lets a function, or all that a module exports, go by reference from now on, even if the module is
 * the program's entry: the other side imports it, and so runs its top-level code. Functions that no
 * export leads to still go by value.
 *
 * @param what the function, or the module's URL (`import.meta.url`) or absolute path
 */
export function byReference(what: Callable | URL | string): void {
  set(what, 'reference');
}

function set(what: Callable | URL | string, mode: Mode): void {
  forgetParts();
  if (typeof what === 'function') {
    functions.set(what, mode);
    return;
  }
  const text = String(what);
  const file = fileOf(text);
  if (file === undefined) throw new TypeError(`not a file: URL or an absolute path: ${text}`);
  modules.set(file, mode);
}

/** Whether the exports of a file are found by importing it. */
export function isImportable(file: string): boolean {
  const mode = modules.get(file);
  return mode === undefined ? !isEntry(file) : mode === 'reference';
}

/** What was chosen for a function itself. */
export function modeOf(fn: object): Mode | undefined {
  return functions.get(fn);
}

/** The URL of a file as V8 names it: scripts of CommonJS files are named by their path. */
export function urlOf(file: string): string {
  return pathToFileURL(file).href;
}
