import { atLeast } from '../harness/workload.js';

const SIZE = 64;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'Pipe: 64 bytes to a process and back',
  unit: 'round trip',
  bar: { 'CPython Pipe': atLeast(1) },
  sides: {
    heddle: async () => (await import('../peers/pipes.js')).pipePingPong(1000, SIZE),
    'CPython Pipe': async () =>
      (await import('../peers/python.js')).openPython('pipe_ping_pong.py', String(SIZE), '20000'),
  },
};
