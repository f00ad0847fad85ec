/**
 * How functions travel: by reference where a module other than the program's entry exports them,
 * else by value: their source, and what they captured.
 *
 * @module
 */
import { fileURLToPath } from 'node:url';
import { builtFile, require } from '../../_native/index.js';
import type { Callable, FunctionDescriptor, FunctionParts } from './descriptor.js';

export { childrenOf } from './children-of.js';
export { baseIndex, valueName } from './code.js';
export type {
  Callable,
  FunctionDescriptor,
  FunctionParts,
  FunctionReference,
  FunctionSource,
} from './descriptor.js';
export { beforeCode, INSERTED, type Instrument, instrumentFunctions } from './instrumented.js';
export { importOnly, loadModules, ModulesNeeded } from './load-module.js';
export { putTogether, type Shell } from './put-together.js';
export { rebuildFunction } from './rebuild.js';
export { byReference, byValue } from './travel-mode.js';

let taking: typeof import('./take-apart.js') | undefined;

/**
 * Takes a function (or class) apart, to be put together elsewhere. Does not block on anything but
 * itself: some 0.1 ms for a new closure of a known place, nothing for a known function whose
 * variables are never assigned again. The first in a thread loads the parser, and the first of a new
 * script asks the debugger.
 *
 * @throws PicklingError if it cannot travel; the message names what stands in the way, and its line
 */
export function takeApart(fn: Callable): FunctionParts {
  return heavy().takeApart(fn);
}

/**
 * What the other side needs to rebuild a function that captures nothing.
 *
 * @throws PicklingError if it cannot travel, or not without values
 */
export function describeFunction(fn: Callable): FunctionDescriptor {
  return heavy().describeFunction(fn);
}

/** Loaded with the first call: a thread that only runs what others send boots without it. */
function heavy(): typeof import('./take-apart.js') {
  taking ??= require(
    fileURLToPath(builtFile('pickle/functions/take-apart.js')),
  ) as typeof import('./take-apart.js');
  return taking;
}
