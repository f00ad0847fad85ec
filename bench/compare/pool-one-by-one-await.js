import { check } from '../harness/workload.js';
import { openExecutor, peerPools, sumBelow } from '../peers/pool-sides.js';
import { identity } from '../tasks/identity.js';

const TASKS = 1000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'pool: one task after another, awaited',
  unit: 'task',
  sides: {
    async heddle() {
      const executor = await openExecutor();
      return {
        ops: TASKS,
        async run() {
          let total = 0;
          for (let i = 0; i < TASKS; i++) total += await executor.submit(identity, i);
          check('sum', total, sumBelow(TASKS));
        },
        close: () => executor.shutdown(),
      };
    },
    ...peerPools(TASKS, async (pool) => {
      let total = 0;
      for (let i = 0; i < TASKS; i++) total += await pool.run(i);
      check('sum', total, sumBelow(TASKS));
    }),
  },
};
