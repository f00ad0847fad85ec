import { openPutTake } from '../peers/put-take.js';
import { STRING } from '../workers/messages.js';

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'channel: put and take in one thread, a string of 64 characters',
  unit: 'message',
  sides: {
    heddle: () =>
      openPutTake(
        () => STRING,
        (value) => value === STRING,
      ),
  },
};
