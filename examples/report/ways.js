import { ThreadPoolExecutor } from 'heddle/concurrent/futures';
import { Lock } from 'heddle/threading';
import { analyse, setUp } from './analyse.js';

/** @import { SharedMemory } from 'heddle/multiprocessing/shared-memory' */
/** @import { Part } from './analyse.js' */

/**
 * What is to be done, the same in every way.
 *
 * @typedef {object} Work
 * @property {string[][]} chunks the paths of each task's files
 * @property {SharedMemory} memory for the histogram
 * @property {number} workers how many, where there are several
 */

/**
 * A way to do it.
 *
 * @typedef {object} Way
 * @property {string} name
 * @property {(work: Work) => AsyncIterable<Part>} run gives each task's answer, in the tasks' order
 */

/** @type {Way[]} The first is what the others are measured against. */
export const ways = [
  { name: 'one thread', run: inThisThread },
  { name: 'ThreadPoolExecutor', run: (work) => inPool(ThreadPoolExecutor, new Lock(), work) },
];

/** @param {Work} work */
async function* inThisThread({ chunks, memory }) {
  setUp(memory, new Lock());
  for (const paths of chunks) yield await analyse(paths);
}

/**
 * @param {typeof ThreadPoolExecutor} Executor
 * @param {Lock} lock
 * @param {Work} work
 */
async function* inPool(Executor, lock, { chunks, memory, workers }) {
  const pool = new Executor({
    maxWorkers: workers,
    initializer: setUp,
    initargs: [memory, lock],
  });
  try {
    yield* pool.map(analyse, chunks);
  } finally {
    await pool.shutdownAsync({ cancelFutures: true });
  }
}
