import { check } from '../harness/workload.js';
import { openExecutor, openProcessExecutor, sum, sumBelow } from '../peers/pool-sides.js';
import { identity } from '../tasks/identity.js';

const items = Array.from({ length: 4000 }, (_, i) => i);

/** @param {typeof openExecutor | typeof openProcessExecutor} open */
function side(open) {
  return () => ({
    ops: 1,
    async run() {
      const executor = await open();
      const results = executor.map(identity, items, { chunksize: 1000 });
      check('sum', sum([...results]), sumBelow(items.length));
      await executor.shutdownAsync();
    },
  });
}

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'executor: start, map of 4 chunks, shutdown',
  unit: 'executor',
  seconds: 0.5,
  sides: { ThreadPoolExecutor: side(openExecutor), ProcessPoolExecutor: side(openProcessExecutor) },
};
