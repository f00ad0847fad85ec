const ITEMS = 100_000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'LifoQueue: numbers in, then out',
  unit: 'item',
  bar: {},
  sides: {
    heddle: async () => (await import('../peers/queues.js')).fillAndEmpty('LifoQueue', ITEMS),
    'CPython queue.LifoQueue': async () =>
      (await import('../peers/python.js')).openPython('queue_priority.py', 'lifo'),
  },
};
