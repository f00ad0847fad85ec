import { fileURLToPath } from 'node:url';

/** Every pool has two threads, or processes. */
export const WORKERS = 2;
const TASKS = fileURLToPath(new URL('../tasks/identity.js', import.meta.url));
const WORKERPOOL_TASKS = fileURLToPath(new URL('../tasks/workerpool.js', import.meta.url));

/**
 * What the rows ask of a pool.
 *
 * @typedef {object} Pool
 * @property {(value: unknown, name?: string) => Promise<any>} run calls a function of identity.js
 * @property {string} note
 * @property {() => Promise<void>} close
 */

/** Fast in one workload or another; the slow ones were left out (README.md). */
const PISCINA_SETTINGS = [1, 16, 256].flatMap((concurrentTasksPerWorker) =>
  /** @type {const} */ (['sync', 'async']).map((atomics) => ({
    concurrentTasksPerWorker,
    atomics,
  })),
);

/**
 * Piscina in the setting that does `trial` fastest here.
 *
 * @param {(pool: Pool) => Promise<void>} trial
 * @returns {Promise<Pool>}
 */
export async function openPiscina(trial) {
  const { Piscina, FixedQueue } = await import('piscina');
  return fastest(trial, PISCINA_SETTINGS, async (setting) => {
    const piscina = new Piscina({
      filename: TASKS,
      name: 'identity',
      minThreads: WORKERS,
      maxThreads: WORKERS,
      recordTiming: false,
      taskQueue: new FixedQueue(),
      ...setting,
    });
    return {
      note: `${setting.concurrentTasksPerWorker} a worker, atomics ${setting.atomics}`,
      run: (value, name) => piscina.run(value, name === undefined ? {} : { name }),
      close: () => piscina.destroy(),
    };
  });
}

/**
 * The same for tinypool.
 *
 * @param {(pool: Pool) => Promise<void>} trial
 * @returns {Promise<Pool>}
 */
export async function openTinypool(trial) {
  const { Tinypool } = await import('tinypool');
  return fastest(trial, [1, 16, 256], async (concurrentTasksPerWorker) => {
    const tinypool = new Tinypool({
      filename: TASKS,
      name: 'identity',
      minThreads: WORKERS,
      maxThreads: WORKERS,
      isolateWorkers: false,
      concurrentTasksPerWorker,
    });
    return {
      note: `${concurrentTasksPerWorker} a worker`,
      run: (value, name) => tinypool.run(value, name === undefined ? {} : { name }),
      close: () => tinypool.destroy(),
    };
  });
}

/** How Node's processes send each other messages. */
const SERIALIZATIONS = /** @type {const} */ (['json', 'advanced']);

/**
 * tinypool with processes.
 *
 * @param {(pool: Pool) => Promise<void>} trial
 * @returns {Promise<Pool>}
 */
export async function openTinypoolProcesses(trial) {
  const { Tinypool } = await import('tinypool');
  const settings = [1, 16, 256].flatMap((concurrentTasksPerWorker) =>
    SERIALIZATIONS.map((serialization) => ({ concurrentTasksPerWorker, serialization })),
  );
  return fastest(trial, settings, async (setting) => {
    const tinypool = new Tinypool({
      filename: TASKS,
      name: 'identity',
      runtime: 'child_process',
      minThreads: WORKERS,
      maxThreads: WORKERS,
      isolateWorkers: false,
      ...setting,
    });
    return {
      note: `${setting.concurrentTasksPerWorker} a worker, ${setting.serialization}`,
      run: (value, name) => tinypool.run(value, name === undefined ? {} : { name }),
      close: () => tinypool.destroy(),
    };
  });
}

/**
 * workerpool with processes.
 *
 * @param {(pool: Pool) => Promise<void>} trial
 * @returns {Promise<Pool>}
 */
export async function openWorkerpool(trial) {
  const { default: workerpool } = await import('workerpool');
  return fastest(trial, SERIALIZATIONS, async (serialization) => {
    const pool = workerpool.pool(WORKERPOOL_TASKS, {
      workerType: 'process',
      minWorkers: WORKERS,
      maxWorkers: WORKERS,
      forkOpts: { serialization },
    });
    return {
      note: serialization,
      run: async (value, name = 'identity') => pool.exec(name, [value]),
      close: async () => void (await pool.terminate()),
    };
  });
}

/**
 * @template S
 * @param {(pool: Pool) => Promise<void>} trial
 * @param {readonly S[]} settings
 * @param {(setting: S) => Promise<Pool>} open
 * @returns {Promise<Pool>}
 */
async function fastest(trial, settings, open) {
  const tried = [];
  for (const setting of settings) {
    const pool = await open(setting);
    await trial(pool);
    tried.push({ pool, time: Infinity });
  }
  // In turn, as the rounds are, and for the same reason.
  for (let i = 0; i < 3; i++) {
    for (const one of tried) {
      const began = performance.now();
      await trial(one.pool);
      one.time = Math.min(one.time, performance.now() - began);
    }
  }
  const [best, ...others] = tried.sort((a, b) => a.time - b.time);
  for (const { pool } of others) await pool.close();
  return /** @type {{ pool: Pool }} */ (best).pool;
}
