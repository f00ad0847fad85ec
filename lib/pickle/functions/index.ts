/**
 * How functions travel: by reference where a module other than the program's entry exports them,
 * else by value (their source), as long as they use nothing of their surroundings.
 *
 * @module
 */
export { describeFunction } from './describe.js';
export type { FunctionDescriptor, FunctionReference, FunctionSource } from './descriptor.js';
export { rebuildFunction } from './rebuild.js';
