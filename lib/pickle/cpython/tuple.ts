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
  /** The tuple of its arguments. */
  static override of<T>(...items: T[]): Tuple<T> {
    return Tuple.from(items);
  }

  /** As `Array.from`. */
  static override from<T, U = T>(
    items: Iterable<T> | ArrayLike<T>,
    map?: (item: T, index: number) => U,
  ): Tuple<U> {
    const made = new Tuple<U>();
    for (const item of map ? Array.from(items, map) : Array.from(items as Iterable<U>)) {
      made.push(item);
    }
    return made;
  }

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}
