/**
 * Python's `collections.deque`: an array that goes to Python as one. Nothing here holds it to
 * `maxlen`.
 *
 * @see https://docs.python.org/3.13/library/collections.html#collections.deque
 */
export class Deque<T = unknown> extends Array<T> {
  /** The most items that it has in Python; null for any number. */
  declare maxlen: number | null;

  /** The deque of its arguments. */
  static override of<T>(...items: T[]): Deque<T> {
    return Deque.from(items);
  }

  /** As `Array.from`. */
  static override from<T, U = T>(
    items: Iterable<T> | ArrayLike<T>,
    map?: (item: T, index: number) => U,
  ): Deque<U> {
    const made = new Deque<U>();
    for (const item of map ? Array.from(items, map) : Array.from(items as Iterable<U>)) {
      made.push(item);
    }
    return made;
  }

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

// Not a field: each array would have it among its own keys.
Object.defineProperty(Deque.prototype, 'maxlen', { value: null, writable: true });
