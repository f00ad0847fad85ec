/**
 * How objects are reduced to what can be passed to other processes: `heddle/pickle`, under the names
 * of Python's `multiprocessing.reduction`.
 *
 * @module
 */
import { dumps, loads, register } from '../pickle/index.js';

export { register };

/** Python's class of that name, as far as it is used without an instance. */
export const ForkingPickler = { register, dumps, loads } as const;
