import { atLeast, check } from '../harness/workload.js';

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'ContextVar: get of a value',
  unit: 'call',
  bar: { CPython: atLeast(1) },
  sides: {
    async heddle() {
      const { ContextVar, copyContext } = await import('heddle/contextvars');
      const ops = 1000;
      const variable = new ContextVar('variable', { default: 0 });
      // Entered once for all calls, in a context of its own.
      const context = copyContext();
      context.run(() => variable.set(1));
      const count = () => {
        let sum = 0;
        for (let i = 0; i < ops; i++) sum += variable.get();
        return sum;
      };
      return { ops, run: () => check('sum', context.run(count), ops) };
    },
    CPython: async () => (await import('../peers/python.js')).openPython('contextvars_get.py'),
  },
};
