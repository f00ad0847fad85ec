/**
 * The task that does nothing: what is measured is the way to it and back.
 *
 * @param {number} value
 * @returns {number}
 */
export function identity(value) {
  return value;
}

/**
 * A chunk of such tasks, for peers that have no chunked map.
 *
 * @param {number[]} values
 * @returns {number[]}
 */
export function identityEach(values) {
  return values.map((value) => identity(value));
}

/** A thread's target. */
export function nothing() {}
