import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { atLeast, check } from '../harness/workload.js';
import { nothing } from '../tasks/identity.js';

const EMPTY = fileURLToPath(new URL('../workers/empty.js', import.meta.url));

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'Process: start by spawn, and join',
  unit: 'process',
  bar: { fork: atLeast(1) },
  seconds: 0.5,
  sides: {
    async heddle() {
      const { Process } = await import('heddle/multiprocessing');
      return {
        ops: 1,
        async run() {
          const child = new Process({ target: nothing });
          child.start();
          await child.joinAsync();
          check('exitcode', child.exitcode, 0);
          child.close();
        },
      };
    },
    fork: () => ({
      ops: 1,
      async run() {
        const code = await new Promise((resolve, reject) => {
          fork(EMPTY).on('error', reject).on('exit', resolve);
        });
        check('exit code', code, 0);
      },
    }),
    'CPython Process, spawn': async () =>
      (await import('../peers/python.js')).openPython('process_start_join.py'),
  },
};
