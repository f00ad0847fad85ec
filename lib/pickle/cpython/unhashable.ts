import { FrozenSet } from './frozen-set.js';
import { Tuple } from './tuple.js';

/** Python's name of a type whose instances are no keys; undefined for any other. */
export function unhashable(value: object): string | undefined {
  if (value instanceof Tuple || value instanceof FrozenSet || value instanceof Buffer)
    return undefined;
  if (Array.isArray(value)) return 'list';
  if (value instanceof Set) return 'set';
  if (value instanceof Uint8Array) return 'bytearray';
  const prototype = Object.getPrototypeOf(value);
  const isDict = value instanceof Map || prototype === Object.prototype || prototype === null;
  return isDict ? 'dict' : undefined;
}
