import { checkFunction, checkOptions, wrongType } from '../../_internal/index.js';
import { UnpicklingError } from '../errors.js';
import type { FindGlobal } from './find-global.js';
import { Reader } from './reader.js';

/** What `loadsPython` is told. */
export interface LoadsPythonOptions {
  /**
   * Gives what stands for a global that a pickle names, in place of or beside those that every pickle
   * may have.
   */
  findGlobal?: FindGlobal | undefined;
  /** Keeps apart what Python does: see `loadsPython`. By default false. */
  exact?: boolean | undefined;
  /** The buffers that were sent beside a pickle of protocol 5, in order. */
  buffers?: Iterable<Uint8Array> | undefined;
}

/**
 * Rebuilds the value that Python's `pickle.dumps` has packed, in any protocol from 0 to 5. Bytes
 * from anybody may be read: no code is found by its name in them, only data, and the memory that the
 * value takes is bounded by their length. What follows the value in the bytes is ignored.
 *
 * None is null, an int a number or, where that is not exact, a bigint; a float is a number, bytes a
 * Buffer, a bytearray a Uint8Array, a list an Array and a tuple a `Tuple`; a dict is a plain object,
 * or a Map if one of its keys is no str; a set is a Set. docs/cpython.md has the others.
 *
 * @param bytes the pickle; the value shares no memory with it
 * @param options `findGlobal(module, name)` returns a class, which is called with `new`, or a
 *   function, which makes the object; or the class `PythonObject`, for a description of it; or
 *   undefined for the default. What it returns runs with arguments that the bytes choose. `exact`:
 *   every dict is a Map, a whole float a `PyFloat`, and a datetime a `PythonObject` with its
 *   microseconds, so that `dumpsPython` makes the same again. `buffers`: those that a pickle of
 *   protocol 5 has beside it
 * @returns the value
 * @throws UnpicklingError for what is no pickle, for one with a class or function that is not
 *   allowed, and for what cannot be rebuilt here; why, is its `cause`. TypeError for a wrong type or
 *   an unknown option
 *
 * Differs from CPython: `find_class` is an option, and forbids what it does not know; persistent IDs
 * and extension codes are not there; all errors are UnpicklingError.
 *
 * @see https://docs.python.org/3.13/library/pickle.html#pickle.loads
 */
export function loadsPython(bytes: Uint8Array, options?: LoadsPythonOptions): unknown {
  if (!(bytes instanceof Uint8Array)) throw wrongType('bytes', 'a Buffer or Uint8Array', bytes);
  const { findGlobal, exact, buffers } = checkOptions(options, ['findGlobal', 'exact', 'buffers']);
  if (findGlobal !== undefined) checkFunction('findGlobal', findGlobal);
  if (exact !== undefined && typeof exact !== 'boolean') {
    throw wrongType('exact', 'a boolean', exact);
  }
  if (buffers !== undefined && typeof buffers?.[Symbol.iterator] !== 'function') {
    throw wrongType('buffers', 'iterable', buffers);
  }
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    return new Reader(view, findGlobal, exact ?? false, buffers?.[Symbol.iterator]()).read();
  } catch (error) {
    if (error instanceof UnpicklingError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new UnpicklingError(`cannot be rebuilt: ${why}`, { cause: error });
  }
}
