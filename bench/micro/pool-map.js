import { check } from '../harness/workload.js';
import { openExecutor, openProcessExecutor, sum, sumBelow } from '../peers/pool-sides.js';
import { identity } from '../tasks/identity.js';

const items = Array.from({ length: 100_000 }, (_, i) => i);

/** @param {typeof openExecutor | typeof openProcessExecutor} open */
function side(open) {
  return async () => {
    const executor = await open();
    return {
      ops: items.length,
      run() {
        const results = executor.map(identity, items, { chunksize: 1000 });
        check('sum', sum([...results]), sumBelow(items.length));
      },
      close: () => executor.shutdown(),
    };
  };
}

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'executor: map of 100,000 items in chunks of 1,000, warm',
  unit: 'item',
  sides: { ThreadPoolExecutor: side(openExecutor), ProcessPoolExecutor: side(openProcessExecutor) },
};
