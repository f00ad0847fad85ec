import { checkFunction, checkInteger, checkOptions } from '../../_internal/index.js';
import { ValueError } from '../../errors.js';
import { type ReducerOverride, Writer } from './writer.js';

/** The protocol that is written: the default of Python 3.8 to 3.13. */
const PROTOCOL = 4;

/** What `dumpsPython` is told. */
export interface DumpsPythonOptions {
  /** The version of the format: only 4, which Python reads since 3.4. */
  protocol?: number | undefined;
  /**
   * Describes an instance of a class that Python has nothing for here; undefined if it cannot either.
   * The path to what it refuses leads through what it returns.
   */
  reducerOverride?: ReducerOverride | undefined;
}

/**
 * Packs a value as Python's `pickle.dumps` does, for Python to read. What is met twice is one object
 * there, too, and cycles are kept.
 *
 * null and undefined are None; a whole number is an int, any other (and -0, and one of 2**53 or more)
 * a float, as is a `PyFloat`; a bigint is an int; a Buffer is bytes, a Uint8Array a bytearray, any
 * other typed array an `array.array`; an Array is a list, a `Tuple` a tuple; a plain object and a Map
 * are dicts, a Set is a set; an Error is the exception of its class, without its stack; a Date is a
 * datetime in UTC. docs/cpython.md has the others.
 *
 * @param value what to pack
 * @param options `protocol`: 4; `reducerOverride(instance)`: describes instances of other classes
 * @returns a new Buffer
 * @throws PicklingError naming the path to what Python has nothing for, and for a value that is
 *   nested more than 1,000 deep; ValueError for another protocol; TypeError for a wrong type or an
 *   unknown option
 * @see https://docs.python.org/3.13/library/pickle.html#pickle.dumps
 */
export function dumpsPython(value: unknown, options?: DumpsPythonOptions): Buffer {
  const given = checkOptions(options, ['protocol', 'reducerOverride']);
  const { protocol = PROTOCOL, reducerOverride } = given;
  checkInteger('protocol', protocol);
  if (protocol !== PROTOCOL) throw new ValueError(`pickle protocol must be 4, not ${protocol}`);
  if (reducerOverride !== undefined) checkFunction('reducerOverride', reducerOverride);
  return new Writer(reducerOverride).dump(value);
}
