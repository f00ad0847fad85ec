import { openPutTake } from '../peers/put-take.js';
import { makeObject } from '../workers/messages.js';

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'channel: put and take in one thread, an object of 100 bytes',
  unit: 'message',
  sides: { heddle: () => openPutTake(makeObject, ({ pos }) => pos.y === 2) },
};
