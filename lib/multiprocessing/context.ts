/**
 * The classes of contexts, and of their processes.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#contexts-and-start-methods
 * @module
 */
export { BaseContext } from './base-context.js';
export {
  AuthenticationError,
  BufferTooShort,
  ProcessError,
  TimeoutError,
} from './connection/errors.js';
export { ForkContext } from './fork-context.js';
export { ForkProcess } from './fork-process.js';
export { ForkServerContext } from './fork-server-context.js';
export { ForkServerProcess } from './fork-server-process.js';
export { Process } from './process.js';
export { SpawnContext } from './spawn-context.js';
export { SpawnProcess } from './spawn-process.js';
