import { type BaseContext, contextFor } from './base-context.js';
import { fixStartMethod, type StartMethod } from './start-method.js';
// They enter their contexts.
import './fork-context.js';
import './fork-server-context.js';
import './spawn-context.js';

/**
 * An object that has what this module has, with one start method of its own.
 *
 * @param method `'spawn'` or `'forkserver'`; null or left out: the method in force, which stays so
 *   from here on (see `getStartMethod`)
 * @throws ValueError for a method that there is not
 * @example
 * const { Process } = getContext('spawn');
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.get_context
 */
export function getContext(method?: StartMethod | null): BaseContext {
  return contextFor(method ?? fixStartMethod());
}
