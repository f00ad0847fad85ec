/**
 * Calls that are made elsewhere, and their results.
 *
 * @see https://docs.python.org/3.13/library/concurrent.futures.html
 * @module
 */
export {
  BrokenExecutor,
  BrokenProcessPool,
  BrokenThreadPool,
  CancelledError,
  InvalidStateError,
} from './errors.js';
export { Executor, type MapOptions, type ShutdownOptions } from './executor.js';
export { Future, type ResultAsyncOptions } from './future.js';
export { ProcessPoolExecutor, type ProcessPoolExecutorOptions } from './process-pool-executor.js';
export type { ResultIterator } from './result-iterator.js';
export { ThreadPoolExecutor, type ThreadPoolExecutorOptions } from './thread-pool-executor.js';
