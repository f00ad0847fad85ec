import Benchmark from 'benchmark';
import { median } from './statistics.js';
import { Skip } from './workload.js';

/** @import { Side, TimedSide, Workload } from './workload.js' */

/**
 * @typedef {object} SideResult
 * @property {string} name
 * @property {string} [note]
 * @property {string} [skipped] why the side was not measured
 * @property {number[]} rounds seconds per operation, one number a round
 *
 * @typedef {object} RowResult
 * @property {string} file
 * @property {string} name
 * @property {string} unit
 * @property {Record<string, import('./workload.js').Bar>} bar
 * @property {SideResult[]} sides
 * @property {string} [failed] why there is nothing to show
 */

/**
 * Measures the sides of a workload in turn, A B A B …, so that whatever disturbs the machine
 * for a while disturbs all of them.
 *
 * @param {Workload} workload
 * @param {{ quick: boolean }} options
 * @returns {Promise<SideResult[]>}
 */
export async function measure(workload, { quick }) {
  const rounds = quick ? 3 : (workload.rounds ?? 7);
  const seconds = quick ? 0.1 : (workload.seconds ?? 0.3);
  /** @type {SideResult[]} */
  const results = [];
  /** @type {{ side: Side, result: SideResult }[]} */
  const open = [];
  for (const [name, opener] of Object.entries(workload.sides)) {
    /** @type {SideResult} */
    const result = { name, rounds: [] };
    results.push(result);
    try {
      const side = await opener();
      if (side.note !== undefined) result.note = side.note;
      open.push({ side, result });
    } catch (error) {
      if (!(error instanceof Skip)) throw error;
      result.skipped = error.message;
    }
  }
  for (const { side } of open) {
    // What measures itself warms itself up.
    if ('run' in side) await sample(side, seconds);
  }
  for (let round = 0; round < rounds; round++) {
    for (const { side, result } of open) result.rounds.push(await sample(side, seconds));
  }
  for (const { side } of open) await side.close?.();
  return results;
}

/**
 * One side in one round.
 *
 * @param {Side} side
 * @param {number} seconds
 * @returns {Promise<number>} seconds per operation
 */
async function sample(side, seconds) {
  if ('measure' in side) return side.measure();
  return (await runBenchmark(side, seconds)) / side.ops;
}

/**
 * @param {TimedSide} side
 * @param {number} seconds
 * @returns {Promise<number>} seconds per `run()`: the median of benchmark.js's samples
 */
function runBenchmark(side, seconds) {
  return new Promise((resolve, reject) => {
    /** @type {unknown} */
    let failure;
    const isAsync = side.run.constructor.name === 'AsyncFunction';
    /** @type {(deferred: { resolve(): void }) => void} */
    const deferring = (deferred) => {
      Promise.resolve(side.run()).then(
        () => deferred.resolve(),
        (error) => {
          failure = error;
          benchmark.abort();
          reject(error);
        },
      );
    };
    const benchmark = new Benchmark({
      defer: isAsync,
      async: true,
      fn: isAsync ? deferring : () => side.run(),
      delay: 0,
      maxTime: seconds,
      minTime: 0.02,
      minSamples: 1,
      onComplete() {
        const error = failure ?? /** @type {{ error?: unknown }} */ (benchmark).error;
        if (error) reject(error);
        else resolve(median(benchmark.stats.sample));
      },
    });
    benchmark.run();
  });
}
