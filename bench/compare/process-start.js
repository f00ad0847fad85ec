import { atLeast } from '../harness/workload.js';
import { forkAndExit, startAndJoin } from '../peers/processes.js';

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'Process: start by spawn, and join',
  unit: 'process',
  bar: { fork: atLeast(1) },
  seconds: 0.5,
  sides: {
    heddle: () => startAndJoin('spawn'),
    fork: forkAndExit,
    'CPython Process, spawn': async () =>
      (await import('../peers/python.js')).openPython('process_start_join.py', 'spawn'),
  },
};
