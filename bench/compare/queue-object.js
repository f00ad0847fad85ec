import { atLeast } from '../harness/workload.js';
import { makeObject } from '../workers/messages.js';

const ITEMS = 20_000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'Queue: objects of 100 bytes to a thread',
  unit: 'item',
  bar: { MessagePort: atLeast(1.8), 'CPython queue.Queue': atLeast(3) },
  sides: {
    heddle: async () => (await import('../peers/queues.js')).queueOneWay(ITEMS, makeObject),
    MessagePort: async () => (await import('../peers/channels.js')).portOneWay(ITEMS, makeObject),
    'CPython queue.Queue': async () =>
      (await import('../peers/python.js')).openPython('queue_one_way.py', 'objects'),
  },
};
