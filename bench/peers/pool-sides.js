import { openPiscina, openTinypool, openTinypoolProcesses, openWorkerpool } from './pools.js';

/** @import { Pool } from './pools.js' */
/** @import { TimedSide } from '../harness/workload.js' */

/** @typedef {(pool: Pool) => Promise<void>} Work */

/**
 * The peers' sides of a row: the same work by each pool, in the setting that suits it best.
 *
 * @param {number} ops
 * @param {Work} work
 */
export function peerPools(ops, work) {
  return { piscina: side(ops, work, openPiscina), tinypool: side(ops, work, openTinypool) };
}

/**
 * The same of pools of processes.
 *
 * @param {number} ops
 * @param {Work} work
 */
export function peerProcessPools(ops, work) {
  return {
    tinypool: side(ops, work, openTinypoolProcesses),
    workerpool: side(ops, work, openWorkerpool),
  };
}

/**
 * @param {number} ops
 * @param {Work} work
 * @param {(trial: Work) => Promise<Pool>} open
 * @returns {() => Promise<TimedSide>}
 */
function side(ops, work, open) {
  return async () => {
    const pool = await open(work);
    return {
      ops,
      note: pool.note,
      run: async () => work(pool),
      close: pool.close,
    };
  };
}

/** heddle's pool of as many threads. */
export async function openExecutor() {
  const { ThreadPoolExecutor } = await import('heddle/concurrent/futures');
  const { WORKERS } = await import('./pools.js');
  return new ThreadPoolExecutor({ maxWorkers: WORKERS });
}

/** heddle's pool of as many processes. */
export async function openProcessExecutor() {
  const { ProcessPoolExecutor } = await import('heddle/concurrent/futures');
  const { WORKERS } = await import('./pools.js');
  return new ProcessPoolExecutor({ maxWorkers: WORKERS });
}

/**
 * The sum of 0, 1, … n - 1.
 *
 * @param {number} n
 */
export function sumBelow(n) {
  return (n * (n - 1)) / 2;
}

/** @param {readonly number[]} numbers */
export function sum(numbers) {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
