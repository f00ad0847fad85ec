import { atLeast, check } from '../harness/workload.js';

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'ContextVar: set and reset',
  unit: 'pair',
  bar: { CPython: atLeast(1) },
  sides: {
    async heddle() {
      const { ContextVar, copyContext } = await import('heddle/contextvars');
      const ops = 1000;
      const variable = new ContextVar('variable', { default: 0 });
      const context = copyContext();
      const count = () => {
        let sum = 0;
        for (let i = 0; i < ops; i++) {
          const token = variable.set(1);
          sum += variable.get();
          variable.reset(token);
        }
        return sum + variable.get();
      };
      return { ops, run: () => check('sum', context.run(count), ops) };
    },
    CPython: async () =>
      (await import('../peers/python.js')).openPython('contextvars_set_reset.py'),
  },
};
