import { atLeast, check } from '../harness/workload.js';

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'copyContext, with a value in it',
  unit: 'call',
  bar: { CPython: atLeast(1) },
  sides: {
    async heddle() {
      const { ContextVar, copyContext } = await import('heddle/contextvars');
      const ops = 1000;
      const variable = new ContextVar('variable', { default: 0 });
      const context = copyContext();
      context.run(() => variable.set(1));
      const count = () => {
        let sum = 0;
        for (let i = 0; i < ops; i++) sum += copyContext().length;
        return sum;
      };
      return { ops, run: () => check('sum', context.run(count), ops * context.length) };
    },
    CPython: async () => (await import('../peers/python.js')).openPython('contextvars_copy.py'),
  },
};
