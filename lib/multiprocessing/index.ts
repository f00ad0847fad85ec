/**
 * Processes that run functions, and what they need to work together.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html
 * @module
 */

export { allowConnectionPickling } from './allow-connection-pickling.js';
export { Barrier } from './barrier.js';
export type { BaseContext } from './base-context.js';
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
export { setExecutable } from './executable.js';
export { freezeSupport } from './freeze-support.js';
export { getContext } from './get-context.js';
/** @internal For the rest of heddle. */
export * as internals from './internals.js';
export { JoinableQueue } from './joinable-queue.js';
export { Lock } from './lock.js';
export {
  CRITICAL,
  DEBUG,
  ERROR,
  getLogger,
  type Handler,
  INFO,
  type Logger,
  type LogRecord,
  logToStderr,
  NOTSET,
  SUBDEBUG,
  SUBWARNING,
  WARNING,
} from './logging/index.js';
export { setForkserverPreload } from './preload.js';
export { Process, type ProcessOptions } from './process.js';
export { Queue } from './queue.js';
export * as reducer from './reduction.js';
export { RLock } from './rlock.js';
export { Semaphore } from './semaphore.js';
export { Array, RawArray, RawValue, Value } from './sharedctypes/index.js';
export { SimpleQueue } from './simple-queue.js';
export {
  getAllStartMethods,
  getStartMethod,
  type StartMethod,
  setStartMethod,
} from './start-method.js';
export { cpuCount } from './system.js';
