import { atLeast, check } from '../harness/workload.js';

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'Context: run of a function that does nothing',
  unit: 'call',
  bar: { CPython: atLeast(1) },
  sides: {
    async heddle() {
      const { copyContext } = await import('heddle/contextvars');
      const ops = 1000;
      const context = copyContext();
      const nothing = () => 1;
      return {
        ops,
        run() {
          let sum = 0;
          for (let i = 0; i < ops; i++) sum += context.run(nothing);
          check('sum', sum, ops);
        },
      };
    },
    CPython: async () => (await import('../peers/python.js')).openPython('contextvars_run.py'),
  },
};
