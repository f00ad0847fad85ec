import { check } from '../harness/workload.js';
import { openExecutor } from '../peers/pool-sides.js';
import { identity } from '../tasks/identity.js';

const OPS = 100;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'ThreadPoolExecutor: submit and result',
  unit: 'task',
  sides: {
    async heddle() {
      const executor = await openExecutor();
      return {
        ops: OPS,
        run() {
          for (let i = 0; i < OPS; i++) check('result()', executor.submit(identity, i).result(), i);
        },
        close: () => executor.shutdown(),
      };
    },
  },
};
