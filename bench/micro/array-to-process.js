import { ProcessPoolExecutor } from 'heddle/concurrent/futures';
import { RawArray } from 'heddle/multiprocessing/sharedctypes';
import { check } from '../harness/workload.js';
import { lastOf } from '../tasks/last-of.js';

const LENGTH = 2 ** 27;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'RawArray of 1 GiB: to another process, and the answer',
  unit: 'array',
  sides: {
    async heddle() {
      const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
      const array = RawArray('d', LENGTH);
      array[LENGTH - 1] = 0.5;
      await pool.submit(lastOf, array);
      return {
        ops: 1,
        run: async () => check('the last element', await pool.submit(lastOf, array), 0.5),
        close: () => pool.shutdownAsync(),
      };
    },
  },
};
