/**
 * Python's `collections.deque`: an array that goes to Python as one. Nothing here holds it to
 * `maxlen`.
 *
 * @see https://docs.python.org/3.13/library/collections.html#collections.deque
 */
export class Deque<T = unknown> extends Array<T> {
  /** The most items that it has in Python; null for any number. */
  declare maxlen: number | null;

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

// Not a field: each array would have it among its own keys.
Object.defineProperty(Deque.prototype, 'maxlen', { value: null, writable: true });
