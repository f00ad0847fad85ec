/**
 * Python's `collections.OrderedDict`: a Map that goes to Python as one.
 *
 * @see https://docs.python.org/3.13/library/collections.html#collections.OrderedDict
 */
export class OrderedDict<K = unknown, V = unknown> extends Map<K, V> {}
