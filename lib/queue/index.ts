/**
 * Queues by which threads give work to each other.
 *
 * @see https://docs.python.org/3.13/library/queue.html
 * @module
 */
export { Empty, Full, ShutDown } from './errors.js';
// For the rest of heddle. The types are there for those who read `heddle/multiprocessing`'s.
export * as internals from './internals.js';
export { LifoQueue } from './lifo-queue.js';
export type { GetAsyncOptions, GetOptions, PutAsyncOptions, PutOptions } from './options.js';
export { PriorityQueue } from './priority-queue.js';
export { Queue } from './queue.js';
export { SimpleQueue } from './simple-queue.js';
