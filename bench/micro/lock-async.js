import { Lock } from 'heddle/threading';
import { check } from '../harness/workload.js';

const OPS = 1000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'Lock: acquireAsync of a free lock, and release',
  unit: 'pair',
  sides: {
    heddle() {
      const lock = new Lock();
      return {
        ops: OPS,
        async run() {
          for (let i = 0; i < OPS; i++) {
            check('acquireAsync()', await lock.acquireAsync(), true);
            lock.release();
          }
        },
      };
    },
  },
};
