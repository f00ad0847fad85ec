import { describe } from '../../_internal/index.js';
import { UnpicklingError } from '../errors.js';
import { setAttribute } from './exceptions.js';
import { PythonObject } from './python-object.js';

/**
 * Gives an object its state, as Python does: to its `__setstate__`, or as fields.
 *
 * @param made what the user's classes and functions have made; nothing else gets fields
 */
export function setState(object: unknown, state: unknown, made: ReadonlySet<object>): void {
  if (object instanceof PythonObject) {
    object.state = state;
  } else if (typeof object === 'object' && object !== null && made.has(object)) {
    const { __setstate__: set } = object as { __setstate__?: unknown };
    if (typeof set === 'function') set.call(object, state);
    else for (const [key, value] of attributes(state)) define(object, key, value);
  } else if (object instanceof Error) {
    for (const [key, value] of attributes(state)) setAttribute(object, key, value);
  } else {
    throw new UnpicklingError(`${describe(object)} has no state`);
  }
}

/** Of a dict, or of a pair of dicts: the second has what lies in slots. */
function* attributes(state: unknown): Iterable<[string, unknown]> {
  const parts = Array.isArray(state) && state.length === 2 ? state : [state];
  for (const part of parts) {
    if (part === null) continue;
    if (part instanceof Map) yield* namedBy(part);
    else if (isPlain(part)) yield* Object.entries(part);
    else throw new UnpicklingError('a state that is no dict');
  }
}

function* namedBy(dict: Map<unknown, unknown>): Iterable<[string, unknown]> {
  for (const [key, value] of dict) {
    if (typeof key !== 'string') throw new UnpicklingError('a state with a key that is no str');
    yield [key, value];
  }
}

function isPlain(value: unknown): value is object {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && Object.getPrototypeOf(value) === Object.prototype;
}

/** Without asking setters, and never the prototype. */
function define(object: object, key: string, value: unknown): void {
  const own = { value, writable: true, enumerable: true, configurable: true };
  Object.defineProperty(object, key, own);
}
