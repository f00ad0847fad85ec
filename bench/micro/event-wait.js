import { Event } from 'heddle/threading';
import { check } from '../harness/workload.js';

const OPS = 1000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'Event: wait of a set event',
  unit: 'call',
  sides: {
    heddle() {
      const event = new Event();
      event.set();
      return {
        ops: OPS,
        run() {
          let count = 0;
          for (let i = 0; i < OPS; i++) if (event.wait()) count++;
          check('count', count, OPS);
        },
      };
    },
  },
};
