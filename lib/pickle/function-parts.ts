/**
 * How values see functions: code that never changes, and the values that it captured.
 *
 * A stand-in over `describeFunction` and `rebuildFunction` until `functions/` says it itself; then
 * this file only passes its names on.
 *
 * @module
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Callable } from './functions/descriptor.js';
import { describeFunction, type FunctionDescriptor, rebuildFunction } from './functions/index.js';

export type { Callable, FunctionDescriptor };

export interface FunctionParts {
  /** Static, plain JSON; the same object for each function of one place. */
  readonly code: FunctionDescriptor;
  readonly values: readonly unknown[];
}

export interface Shell {
  readonly fn: Callable;
  fill(values: readonly unknown[]): void;
}

/** Modules that can only be imported asynchronously. */
export class ModulesNeeded extends Error {
  override name = 'ModulesNeeded';

  constructor(readonly urls: string[]) {
    super(`to be imported first: ${urls.join(', ')}`);
  }
}

/** @throws PicklingError if the function cannot travel */
export function takeApart(fn: Callable): FunctionParts {
  return { code: describeFunction(fn), values: [] };
}

/** What a captured value is called, for error messages. */
export function valueName(_code: FunctionDescriptor, index: number): string {
  return `[${index}]`;
}

/** The captured value that is the class which this class extends; -1 if there is none. */
export function baseIndex(_code: FunctionDescriptor): number {
  return -1;
}

const require = createRequire(import.meta.url);
const namespaces = new Map<string, unknown>();

/** @throws ModulesNeeded */
export function putTogether(code: FunctionDescriptor, _base?: Callable): Shell {
  return { fn: functionOf(code), fill: () => {} };
}

function functionOf(code: FunctionDescriptor): Callable {
  if (code.kind === 'value' || ['builtin', 'global', 'commonjs'].includes(code.format)) {
    return rebuildFunction(code) as Callable;
  }
  let found = namespaces.get(code.url) ?? required(code.url);
  for (const key of code.path) found = (found as Record<string, unknown>)?.[key];
  if (typeof found === 'function') return found;
  throw new TypeError(`${code.url} does not export ${code.path.join('.')}`);
}

function required(url: string): unknown {
  try {
    return require(fileURLToPath(url));
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ERR_REQUIRE_ASYNC_MODULE') throw new ModulesNeeded([url]);
    throw error;
  }
}

export async function loadModules(urls: readonly string[]): Promise<void> {
  for (const url of urls) namespaces.set(url, await import(url));
}
