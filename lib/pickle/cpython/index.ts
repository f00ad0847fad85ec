/**
 * CPython's pickle, for connections and managers that talk to Python.
 *
 * @module
 */
export { Deque } from './deque.js';
export { type DumpsPythonOptions, dumpsPython } from './dumps.js';
export type { FindGlobal } from './find-global.js';
export { FrozenSet } from './frozen-set.js';
export { type LoadsPythonOptions, loadsPython } from './loads.js';
export { OrderedDict } from './ordered-dict.js';
export { PyFloat } from './py-float.js';
export { PythonGlobal } from './python-global.js';
export { PythonObject, type PythonObjectOptions } from './python-object.js';
export { Tuple } from './tuple.js';
