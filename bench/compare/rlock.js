import { atLeast } from '../harness/workload.js';

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'threading.RLock: acquire and release',
  unit: 'pair',
  bar: { CPython: atLeast(2) },
  sides: {
    heddle: async () => (await import('../peers/locks.js')).openLock('reentrant'),
    CPython: async () => (await import('../peers/python.js')).openPython('primitives.py', 'RLock'),
  },
};
