import { Semaphore } from 'heddle/threading';
import { atLeast, check } from '../harness/workload.js';

const OPS = 1000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'Semaphore: acquire and release, uncontended',
  unit: 'pair',
  bar: { CPython: atLeast(2) },
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
    CPython: async () =>
      (await import('../peers/python.js')).openPython('primitives.py', 'Semaphore'),
  },
};
