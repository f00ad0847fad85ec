/**
 * Processes that run functions, and what they need to work together.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html
 * @module
 */

export { Barrier } from './barrier.js';
export { BoundedSemaphore } from './bounded-semaphore.js';
export { Condition } from './condition.js';
export {
  AuthenticationError,
  BufferTooShort,
  ProcessError,
  TimeoutError,
} from './connection/errors.js';
export { Pipe } from './connection/index.js';
export { activeChildren, currentProcess, parentProcess } from './current.js';
export { Event } from './event.js';
/** @internal For the rest of heddle. */
export * as internals from './internals.js';
export { JoinableQueue } from './joinable-queue.js';
export { Lock } from './lock.js';
export { Process, type ProcessOptions } from './process.js';
export { Queue } from './queue.js';
export { RLock } from './rlock.js';
export { Semaphore } from './semaphore.js';
export { Array, Value } from './sharedctypes/index.js';
export { SimpleQueue } from './simple-queue.js';
export { cpuCount } from './system.js';
