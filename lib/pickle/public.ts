/**
 * How values become bytes, and what classes can do about it.
 *
 * @see https://docs.python.org/3.13/library/pickle.html
 * @see https://docs.python.org/3.13/library/copyreg.html
 * @module
 */
export { type Reduced, type Reducer, register } from './copyreg.js';
export {
  Deque,
  type DumpsPythonOptions,
  dumpsPython,
  type FindGlobal,
  FrozenSet,
  type LoadsPythonOptions,
  loadsPython,
  OrderedDict,
  PyFloat,
  PythonGlobal,
  PythonObject,
  type PythonObjectOptions,
  Tuple,
} from './cpython/index.js';
export { dumps, loads, loadsAsync } from './dumps.js';
export { PicklingError, UnpicklingError } from './errors.js';
export { byReference, byValue } from './functions/index.js';
export { transfer } from './transfer.js';
