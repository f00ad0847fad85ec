import { openPutTake } from '../peers/put-take.js';

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'channel: put and take in one thread, an integer',
  unit: 'message',
  sides: {
    heddle: () =>
      openPutTake(
        () => 7,
        (value) => value === 7,
      ),
  },
};
