import { atMost } from '../harness/workload.js';

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'multiprocessing.Lock: acquire and release',
  unit: 'pair',
  bar: { 'C, pthread mutex': atMost(2.5) },
  sides: {
    heddle: async () => (await import('../peers/locks.js')).openLock('shared'),
    'C, pthread mutex': async () => (await import('../peers/mutex.js')).openMutex('shared'),
    'CPython multiprocessing.Lock': async () =>
      (await import('../peers/python.js')).openPython('primitives.py', 'ProcessLock'),
  },
};
