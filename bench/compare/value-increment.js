import { Value } from 'heddle/multiprocessing';
import { atLeast, check } from '../harness/workload.js';

const OPS = 10_000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: "multiprocessing.Value('i'): add 1 under its lock",
  unit: 'increment',
  bar: { CPython: atLeast(2) },
  sides: {
    heddle() {
      const value = Value('i', 0);
      return {
        ops: OPS,
        run() {
          const before = value.value;
          for (let i = 0; i < OPS; i++) {
            value.with(() => {
              value.value += 1;
            });
          }
          check('value', value.value, (before + OPS) | 0);
        },
      };
    },
    CPython: async () => (await import('../peers/python.js')).openPython('value_increment.py'),
  },
};
