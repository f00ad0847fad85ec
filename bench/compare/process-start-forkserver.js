import { atLeast } from '../harness/workload.js';
import { forkAndExit, startAndJoin } from '../peers/processes.js';

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'Process: start by forkserver, and join',
  unit: 'process',
  bar: { fork: atLeast(8), 'CPython Process, forkserver': atLeast(1) },
  seconds: 0.5,
  sides: {
    heddle: () => startAndJoin('forkserver'),
    fork: forkAndExit,
    'CPython Process, forkserver': async () =>
      (await import('../peers/python.js')).openPython('process_start_join.py', 'forkserver'),
  },
};
