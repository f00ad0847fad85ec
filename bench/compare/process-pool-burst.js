import { atLeast, check } from '../harness/workload.js';
import { openProcessExecutor, peerProcessPools, sum, sumBelow } from '../peers/pool-sides.js';
import { identity } from '../tasks/identity.js';

const TASKS = 20_000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'pool of processes: burst of 20,000 tasks',
  unit: 'task',
  bar: { tinypool: atLeast(5), workerpool: atLeast(5), 'CPython ProcessPoolExecutor': atLeast(20) },
  seconds: 0.5,
  limit: 300,
  sides: {
    async heddle() {
      const executor = await openProcessExecutor();
      return {
        ops: TASKS,
        async run() {
          const futures = [];
          for (let i = 0; i < TASKS; i++) futures.push(executor.submit(identity, i));
          check('sum', sum(await Promise.all(futures)), sumBelow(TASKS));
        },
        close: () => executor.shutdown(),
      };
    },
    ...peerProcessPools(TASKS, async (pool) => {
      const promises = [];
      for (let i = 0; i < TASKS; i++) promises.push(pool.run(i));
      check('sum', sum(await Promise.all(promises)), sumBelow(TASKS));
    }),
    'CPython ProcessPoolExecutor': async () =>
      (await import('../peers/python.js')).openPython('process_pool_burst.py'),
  },
};
