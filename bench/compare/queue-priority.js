import { atLeast } from '../harness/workload.js';

const ITEMS = 100_000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'PriorityQueue: numbers in, then out',
  unit: 'item',
  bar: { 'CPython queue.PriorityQueue': atLeast(2) },
  sides: {
    heddle: async () => (await import('../peers/queues.js')).fillAndEmpty('PriorityQueue', ITEMS),
    'CPython queue.PriorityQueue': async () =>
      (await import('../peers/python.js')).openPython('queue_priority.py'),
  },
};
