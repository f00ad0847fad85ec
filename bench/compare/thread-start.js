import { Worker } from 'node:worker_threads';
import { atLeast, check } from '../harness/workload.js';
import { nothing } from '../tasks/identity.js';

const EMPTY = new URL('../workers/empty.js', import.meta.url);

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'Thread: start and join, warm',
  unit: 'thread',
  bar: { 'new Worker': atLeast(200), 'CPython Thread': atLeast(2) },
  sides: {
    async heddle() {
      const { Thread } = await import('heddle/threading');
      const ops = 100;
      return {
        ops,
        run() {
          for (let i = 0; i < ops; i++) {
            const thread = new Thread({ target: nothing });
            thread.start();
            thread.join();
            check('isAlive()', thread.isAlive(), false);
          }
        },
      };
    },
    'new Worker': () => ({
      ops: 1,
      async run() {
        const code = await new Promise((resolve, reject) => {
          new Worker(EMPTY).on('error', reject).on('exit', resolve);
        });
        check('exit code', code, 0);
      },
    }),
    'CPython Thread': async () =>
      (await import('../peers/python.js')).openPython('thread_start_join.py'),
  },
};
