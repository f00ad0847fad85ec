/**
 * Python's tuple: an array that goes to Python as a tuple, where other arrays go as lists. Made with
 * `Tuple.of(1, 'x')` or `Tuple.from(items)`; what its `map`, `filter` and `slice` return are ordinary
 * arrays.
 *
 * Differs from CPython: it can be changed, and two equal ones are two keys of a Map.
 *
 * @see https://docs.python.org/3.13/library/stdtypes.html#tuples
 */
export class Tuple<T = unknown> extends Array<T> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}
