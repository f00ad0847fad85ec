/**
 * How functions travel: by reference where a module other than the program's entry exports them,
 * else by value (their source), as long as they use nothing of their surroundings.
 *
 * @module
 */
import { fileURLToPath } from 'node:url';
import { builtFile, require } from '../../_native/index.js';
import type { Callable, FunctionDescriptor } from './descriptor.js';

export type { FunctionDescriptor, FunctionReference, FunctionSource } from './descriptor.js';
export { rebuildFunction } from './rebuild.js';

let describe: typeof import('./describe.js') | undefined;

/**
 * What the other side needs to rebuild a function.
 *
 * @throws PicklingError if it cannot travel
 */
export function describeFunction(fn: Callable): FunctionDescriptor {
  // Loaded with the first call: a thread that only runs what others send boots without it.
  describe ??= require(
    fileURLToPath(builtFile('pickle/functions/describe.js')),
  ) as typeof import('./describe.js');
  return describe.describeFunction(fn);
}
