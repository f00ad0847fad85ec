import { fileURLToPath } from 'node:url';
import { builtFile, require } from '../_native/index.js';
import type * as CPython from './cpython/index.js';

let loaded: typeof CPython | undefined;

/** CPython's pickle, which is loaded only by those who talk to Python. */
export function cpython(): typeof CPython {
  loaded ??= require(fileURLToPath(builtFile('pickle/cpython/index.js'))) as typeof CPython;
  return loaded;
}
