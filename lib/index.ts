/**
 * Python 3.13's concurrent execution for Node.js. The modules are Python's; each can be imported
 * by itself, as `heddle/threading`, `heddle/concurrent/futures`, …
 *
 * @module
 */
export * as _thread from './_thread/index.js';
export * as futures from './concurrent/futures/index.js';
export * as contextvars from './contextvars/index.js';
export * as errors from './errors.js';
export * as connection from './multiprocessing/connection/index.js';
export * as context from './multiprocessing/context.js';
export * as multiprocessing from './multiprocessing/index.js';
export * as sharedMemory from './multiprocessing/shared-memory/index.js';
export * as sharedctypes from './multiprocessing/sharedctypes/index.js';
export * as pickle from './pickle/public.js';
export * as queue from './queue/index.js';
export * as sched from './sched/index.js';
export * as threading from './threading/index.js';
