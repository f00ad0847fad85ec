import { Lock } from 'heddle/threading';
import { check } from '../harness/workload.js';

const OPS = 1000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'Lock: with',
  unit: 'call',
  sides: {
    heddle() {
      const lock = new Lock();
      return {
        ops: OPS,
        run() {
          let count = 0;
          for (let i = 0; i < OPS; i++) lock.with(() => count++);
          check('count', count, OPS);
        },
      };
    },
  },
};
