import { Event } from 'heddle/threading';
import { atLeast, check } from '../harness/workload.js';

const OPS = 1000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'Event: isSet of a set event',
  unit: 'call',
  bar: { CPython: atLeast(2) },
  sides: {
    heddle() {
      const event = new Event();
      event.set();
      return {
        ops: OPS,
        run() {
          let count = 0;
          for (let i = 0; i < OPS; i++) if (event.isSet()) count++;
          check('count', count, OPS);
        },
      };
    },
    CPython: async () => (await import('../peers/python.js')).openPython('primitives.py', 'Event'),
  },
};
