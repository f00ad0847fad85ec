import type { FunctionParts } from './descriptor.js';

/**
 * The parts of functions that never change, unless somebody gives a function properties: those of
 * functions by reference, of bound ones, and of those whose variables nothing assigns to. What
 * arrived by reference is here too, so that it can be sent on without another look at it.
 */
let known = new WeakMap<object, FunctionParts>();

export function knownParts(fn: object): FunctionParts | undefined {
  return known.get(fn);
}

export function keepParts(fn: object, parts: FunctionParts): FunctionParts {
  known.set(fn, parts);
  return parts;
}

/** When the user has chosen how functions travel. */
export function forgetParts(): void {
  known = new WeakMap();
}

export const NO_VALUES: readonly unknown[] = Object.freeze([]);
