import { openPutTake } from '../peers/put-take.js';

const NUMBERS = Array.from({ length: 1000 }, (_, i) => i);

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'channel: put and take in one thread, an array of 1,000 integers',
  unit: 'message',
  sides: {
    heddle: () =>
      openPutTake(
        () => NUMBERS,
        (value) => value[999] === 999,
      ),
  },
};
