import { atLeast, atMost } from '../harness/workload.js';

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'threading.Lock: acquire and release',
  unit: 'pair',
  bar: { 'C, pthread mutex': atMost(2.5), CPython: atLeast(2) },
  sides: {
    heddle: async () => (await import('../peers/locks.js')).openLock('private'),
    'C, pthread mutex': async () => (await import('../peers/mutex.js')).openMutex('private'),
    CPython: async () => (await import('../peers/python.js')).openPython('primitives.py', 'Lock'),
  },
};
