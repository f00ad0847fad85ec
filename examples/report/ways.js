import { ProcessPoolExecutor, ThreadPoolExecutor } from 'heddle/concurrent/futures';
import { Lock as ProcessLock } from 'heddle/multiprocessing';
import { Lock } from 'heddle/threading';
import { analyse } from './analyse.js';

/** @import { Part } from './analyse.js' */

/**
 * What is to be done, the same in every way.
 *
 * @typedef {object} Work
 * @property {string[][]} chunks the paths of each task's files
 * @property {Float64Array} histogram in shared memory: all tasks add to it
 */

/**
 * Does it, any number of times.
 *
 * @typedef {object} Doer
 * @property {(work: Work) => AsyncIterable<Part>} run gives each task's answer, in the tasks' order
 * @property {() => Promise<void>} close
 */

/**
 * A way to do it.
 *
 * @typedef {object} Way
 * @property {string} name
 * @property {(workers: number) => Doer} open with how many workers, where there are several
 */

/** @type {Way[]} The first is what the others are measured against. */
export const ways = [
  { name: 'one thread', open: () => inThisThread(new Lock()) },
  {
    name: 'ThreadPoolExecutor',
    open: (workers) => inPool(ThreadPoolExecutor, new Lock(), workers),
  },
  {
    name: 'ProcessPoolExecutor',
    open: (workers) => inPool(ProcessPoolExecutor, new ProcessLock(), workers),
  },
];

/**
 * @param {Lock} lock
 * @returns {Doer}
 */
function inThisThread(lock) {
  return {
    async *run({ chunks, histogram }) {
      for (const paths of chunks) yield await analyse(paths, histogram, lock);
    },
    async close() {},
  };
}

/**
 * @param {typeof ThreadPoolExecutor | typeof ProcessPoolExecutor} Executor
 * @param {Lock} lock which the pool's workers can share: threads, or processes
 * @param {number} workers
 * @returns {Doer}
 */
function inPool(Executor, lock, workers) {
  const pool = new Executor({ maxWorkers: workers });
  return {
    run({ chunks, histogram }) {
      // A task takes with it what it captures: `analyse` is imported there; the histogram and the
      // lock are shared, not copied.
      return pool.map((/** @type {string[]} */ paths) => analyse(paths, histogram, lock), chunks);
    },
    close: () => pool.shutdownAsync({ cancelFutures: true }),
  };
}
