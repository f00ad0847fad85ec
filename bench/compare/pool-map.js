import { atLeast, check } from '../harness/workload.js';
import { openExecutor, peerPools, sum, sumBelow } from '../peers/pool-sides.js';
import { identity } from '../tasks/identity.js';

const ITEMS = 100_000;
const CHUNK = 1000;
const items = Array.from({ length: ITEMS }, (_, i) => i);

const eachItem = peerPools(ITEMS, async (pool) => {
  const promises = items.map((item) => pool.run(item));
  check('sum', sum(await Promise.all(promises)), sumBelow(ITEMS));
});

const chunked = peerPools(ITEMS, async (pool) => {
  /** @type {Promise<number[]>[]} */
  const promises = [];
  for (let i = 0; i < ITEMS; i += CHUNK) {
    promises.push(pool.run(items.slice(i, i + CHUNK), 'identityEach'));
  }
  let total = 0;
  for (const promise of promises) for (const result of await promise) total += result;
  check('sum', total, sumBelow(ITEMS));
});

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'pool: map of 100,000 items in chunks of 1,000',
  unit: 'item',
  bar: { 'piscina, run for each': atLeast(100), 'piscina, chunks by hand': atLeast(1) },
  rounds: 5,
  seconds: 0.5,
  limit: 240,
  sides: {
    async heddle() {
      const executor = await openExecutor();
      return {
        ops: ITEMS,
        run() {
          let total = 0;
          for (const result of executor.map(identity, items, { chunksize: CHUNK })) total += result;
          check('sum', total, sumBelow(ITEMS));
        },
        close: () => executor.shutdown(),
      };
    },
    async 'heddle, for await'() {
      const executor = await openExecutor();
      return {
        ops: ITEMS,
        async run() {
          let total = 0;
          for await (const result of executor.map(identity, items, { chunksize: CHUNK })) {
            total += result;
          }
          check('sum', total, sumBelow(ITEMS));
        },
        close: () => executor.shutdown(),
      };
    },
    'piscina, run for each': eachItem.piscina,
    'piscina, chunks by hand': chunked.piscina,
    'tinypool, chunks by hand': chunked.tinypool,
  },
};
