/**
 * Python's frozenset: a Set that goes to Python as one.
 *
 * Differs from CPython: it can be changed, and two equal ones are two keys of a Map.
 *
 * @see https://docs.python.org/3.13/library/stdtypes.html#frozenset
 */
export class FrozenSet<T = unknown> extends Set<T> {}
