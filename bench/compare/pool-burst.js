import { atLeast, check } from '../harness/workload.js';
import { openExecutor, peerPools, sum, sumBelow } from '../peers/pool-sides.js';
import { identity } from '../tasks/identity.js';

const TASKS = 20_000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'pool: burst of 20,000 tasks',
  unit: 'task',
  bar: { piscina: atLeast(5), tinypool: atLeast(5) },
  seconds: 0.5,
  sides: {
    async heddle() {
      const executor = await openExecutor();
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
    ...peerPools(TASKS, async (pool) => {
      const promises = [];
      for (let i = 0; i < TASKS; i++) promises.push(pool.run(i));
      check('sum', sum(await Promise.all(promises)), sumBelow(TASKS));
    }),
  },
};
