import { describe } from '../../_internal/index.js';
import { UnpicklingError } from '../errors.js';
import { isDict } from './dicts.js';
import { setAttribute } from './exceptions.js';
import type { Making } from './globals.js';
import { PythonObject } from './python-object.js';

/**
 * Gives an object its state, as Python does: to its `__setstate__`, or as fields.
 *
 * @param made what the user's classes and functions have made; beside exceptions, nothing else gets
 *   fields
 */
export function setState(
  object: unknown,
  state: unknown,
  made: ReadonlySet<object>,
  making: Making,
): void {
  if (object instanceof PythonObject) {
    object.state = state;
  } else if (typeof object === 'object' && object !== null && made.has(object)) {
    const { __setstate__: set } = object as { __setstate__?: unknown };
    if (typeof set === 'function') set.call(object, state);
    else for (const [key, value] of attributes(state, making)) define(object, key, value);
  } else if (object instanceof Error) {
    for (const [key, value] of attributes(state, making)) setAttribute(object, key, value);
  } else {
    throw new UnpicklingError(`${describe(object)} has no state`);
  }
}

/** Of a dict, or of a pair of dicts: the second has what lies in slots. */
function* attributes(state: unknown, making: Making): Iterable<[string, unknown]> {
  const parts = Array.isArray(state) && state.length === 2 ? state : [state];
  for (const part of parts) {
    if (part === null) continue;
    const entries = part instanceof Map ? [...part] : isDict(part) ? Object.entries(part) : null;
    if (entries === null) throw new UnpicklingError('a state that is no dict');
    // One dict may be the state of many objects.
    making.spend(entries.length);
    for (const [key, value] of entries) {
      if (typeof key !== 'string') throw new UnpicklingError('a state with a key that is no str');
      yield [key, value];
    }
  }
}

/** Without asking setters, and never the prototype. */
function define(object: object, key: string, value: unknown): void {
  const own = { value, writable: true, enumerable: true, configurable: true };
  Object.defineProperty(object, key, own);
}
