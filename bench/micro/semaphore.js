import { Semaphore } from 'heddle/threading';
import { check } from '../harness/workload.js';

const OPS = 1000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'Semaphore: acquire and release, uncontended',
  unit: 'pair',
  sides: {
    heddle() {
      const semaphore = new Semaphore(1);
      return {
        ops: OPS,
        run() {
          for (let i = 0; i < OPS; i++) {
            check('acquire()', semaphore.acquire(), true);
            semaphore.release();
          }
        },
      };
    },
  },
};
