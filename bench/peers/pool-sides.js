import { openPiscina, openTinypool } from './pools.js';

/** @import { Pool } from './pools.js' */
/** @import { TimedSide } from '../harness/workload.js' */

/**
 * The peers' sides of a row: the same work by each pool, in the setting that suits it best.
 *
 * @param {number} ops
 * @param {(pool: Pool) => Promise<void>} work
 * @returns {{ piscina: () => Promise<TimedSide>, tinypool: () => Promise<TimedSide> }}
 */
export function peerPools(ops, work) {
  /** @param {(trial: typeof work) => Promise<Pool>} open */
  const side = (open) => async () => {
    const pool = await open(work);
    return {
      ops,
      note: pool.note,
      run: async () => work(pool),
      close: pool.close,
    };
  };
  return { piscina: side(openPiscina), tinypool: side(openTinypool) };
}

/** heddle's pool of as many threads. */
export async function openExecutor() {
  const { ThreadPoolExecutor } = await import('heddle/concurrent/futures');
  const { THREADS } = await import('./pools.js');
  return new ThreadPoolExecutor({ maxWorkers: THREADS });
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
