import { Event } from 'heddle/threading';
import { check } from '../harness/workload.js';

const OPS = 1000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'Event: set and clear, nobody waiting',
  unit: 'pair',
  sides: {
    heddle() {
      const event = new Event();
      return {
        ops: OPS,
        run() {
          for (let i = 0; i < OPS; i++) {
            event.set();
            event.clear();
          }
          check('isSet()', event.isSet(), false);
        },
      };
    },
  },
};
