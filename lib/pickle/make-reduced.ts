import { describe } from '../_internal/index.js';
import type { Sendable } from '../_native/index.js';
import type { Handle } from './handle.js';
import { travellerNamed } from './registry.js';

type AnyClass = new (...args: unknown[]) => unknown;
type AnyFunction = (...args: unknown[]) => unknown;

/**
 * Calls what a reducer has named: `[callable, …arguments]`; or makes an instance of one of heddle's
 * classes: `[id, Handle or null, …parts]` (registry.ts).
 */
export function makeReduced([callable, ...args]: readonly unknown[]): object {
  if (typeof callable === 'string') {
    const [handle, ...parts] = args as [Handle<Sendable> | null, ...unknown[]];
    const native = handle?.native as Sendable;
    return travellerNamed(callable).take(native, undefined, parts) as object;
  }
  if (typeof callable !== 'function') throw new TypeError(`not a function: ${describe(callable)}`);
  const made = isClass(callable)
    ? new (callable as AnyClass)(...args)
    : (callable as AnyFunction)(...args);
  if ((typeof made === 'object' && made !== null) || typeof made === 'function') return made;
  const name = callable.name || '(anonymous)';
  throw new TypeError(`the reducer's ${name} must return an object, not ${describe(made)}`);
}

/** Whether it is to be called with `new`: a class, or a native constructor. */
export function isClass(callable: object): boolean {
  const text = Function.prototype.toString.call(callable);
  if (/^class\b/.test(text)) return true;
  return /\{\s*\[native code\]\s*\}$/.test(text) && Object.hasOwn(callable, 'prototype');
}
