import { atLeast } from '../harness/workload.js';
import { makeObject } from '../workers/messages.js';

const ITEMS = 20_000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'multiprocessing.Queue: objects of 100 bytes to a process',
  unit: 'item',
  bar: {
    'CPython multiprocessing.Queue': atLeast(5),
    'child_process, json': atLeast(8),
    'child_process, advanced': atLeast(8),
  },
  sides: {
    heddle: async () =>
      (await import('../peers/queues.js')).queueOneWay(ITEMS, makeObject, 'process'),
    'CPython multiprocessing.Queue': async () =>
      (await import('../peers/python.js')).openPython('queue_one_way.py', 'processes', 'objects'),
    'child_process, json': async () =>
      (await import('../peers/ipc.js')).ipcOneWay('json', ITEMS, makeObject),
    'child_process, advanced': async () =>
      (await import('../peers/ipc.js')).ipcOneWay('advanced', ITEMS, makeObject),
  },
};
