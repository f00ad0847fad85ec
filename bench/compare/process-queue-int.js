import { atLeast } from '../harness/workload.js';

const ITEMS = 50_000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'multiprocessing.Queue: integers to a process',
  unit: 'item',
  bar: {
    'CPython multiprocessing.Queue': atLeast(15),
    'child_process, json': atLeast(8),
    'child_process, advanced': atLeast(8),
  },
  sides: {
    heddle: async () => (await import('../peers/queues.js')).queueOneWay(ITEMS, () => 7, 'process'),
    'CPython multiprocessing.Queue': async () =>
      (await import('../peers/python.js')).openPython('queue_one_way.py', 'processes'),
    'child_process, json': async () =>
      (await import('../peers/ipc.js')).ipcOneWay('json', ITEMS, () => 7),
    'child_process, advanced': async () =>
      (await import('../peers/ipc.js')).ipcOneWay('advanced', ITEMS, () => 7),
  },
};
