/**
 * C's values, arrays and structures in memory that processes and threads share.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#module-multiprocessing.sharedctypes
 * @module
 */
export { Array } from './array.js';
export { type ArrayOf, ArrayType, arrayOf } from './array-type.js';
export { CArray } from './c-array.js';
export { CharArray } from './char-array.js';
export { bytesOf, copy } from './copy.js';
export { RawArray } from './raw-array.js';
export { RawValue } from './raw-value.js';
export type { TypeCode } from './scalars.js';
export { SimpleValue } from './simple-value.js';
export { Structure, type StructureClass } from './structure.js';
export type { Fields } from './structure-type.js';
export { synchronized } from './synchronize.js';
export { Synchronized } from './synchronized.js';
export { SynchronizedArray } from './synchronized-array.js';
export { SynchronizedBase } from './synchronized-base.js';
export { SynchronizedString } from './synchronized-string.js';
export { type LockOptions, Value } from './value.js';
export { WideCharArray } from './wide-char-array.js';
