import { atLeast } from '../harness/workload.js';

const ITEMS = 200_000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'Queue: integers to a thread',
  unit: 'item',
  bar: { MessagePort: atLeast(4), 'CPython queue.Queue': atLeast(12) },
  sides: {
    heddle: async () => (await import('../peers/queues.js')).queueOneWay(ITEMS, () => 7),
    MessagePort: async () => (await import('../peers/channels.js')).portOneWay(ITEMS, () => 7),
    'CPython queue.Queue': async () =>
      (await import('../peers/python.js')).openPython('queue_one_way.py'),
  },
};
