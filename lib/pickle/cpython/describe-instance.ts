import { describe } from '../../_internal/index.js';
import { PicklingError } from '../errors.js';
import { describeDate } from './datetimes.js';
import { describeException } from './exceptions.js';
import { allowedGlobal } from './globals.js';
import type { PythonGlobal } from './python-global.js';
import { PythonObject } from './python-object.js';
import { codeOfArray } from './typed-arrays.js';

const BYTEARRAY = allowedGlobal('builtins', 'bytearray') as PythonGlobal;
const ARRAY = allowedGlobal('array', 'array') as PythonGlobal;
const DEQUE = allowedGlobal('collections', 'deque') as PythonGlobal;
const ORDERED_DICT = allowedGlobal('collections', 'OrderedDict') as PythonGlobal;

/** What Python makes a bytearray of. */
export function describeByteArray(bytes: Uint8Array): PythonObject {
  return new PythonObject(BYTEARRAY, bytes.length > 0 ? [bufferOver(bytes)] : []);
}

export function describeDeque(items: unknown[], maxlen: number | null): PythonObject {
  return new PythonObject(DEQUE, maxlen === null ? [] : [[], maxlen], { items });
}

export function describeOrderedDict(map: Map<unknown, unknown>): PythonObject {
  return new PythonObject(ORDERED_DICT, [], { entries: [...map] });
}

/**
 * What Python makes an object of that is none of the collections.
 *
 * @throws PicklingError for what it has nothing for
 */
export function describeInstance(value: object): PythonObject {
  if (value instanceof Date) return describeDate(value);
  if (value instanceof Error) return describeError(value);
  const code = ArrayBuffer.isView(value) ? codeOfArray(value) : undefined;
  if (code !== undefined) {
    return new PythonObject(ARRAY, [code, bufferOver(value as NodeJS.TypedArray)]);
  }
  throw new PicklingError(`Python has nothing for ${describe(value)}`);
}

function describeError(error: Error): PythonObject {
  const { name, args, attributes } = describeException(error);
  return new PythonObject(name, args, { state: attributes });
}

function bufferOver({ buffer, byteOffset, byteLength }: NodeJS.TypedArray): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
