import { atLeast, check } from '../harness/workload.js';

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'sched: enter 10,000 events with random delays, and run',
  unit: 'event',
  bar: { CPython: atLeast(2) },
  sides: {
    async heddle() {
      const { scheduler } = await import('heddle/sched');
      const ops = 10_000;
      const delays = Array.from({ length: ops }, () => Math.random());
      let called = 0;
      const action = () => {
        called++;
      };
      return {
        ops,
        run() {
          let now = 0;
          const s = new scheduler(
            () => now,
            (delay) => {
              now += delay;
            },
          );
          called = 0;
          for (const delay of delays) s.enter(delay, 1, action);
          s.run();
          check('events', called, ops);
        },
      };
    },
    CPython: async () => (await import('../peers/python.js')).openPython('sched_random.py'),
  },
};
