import { atLeast } from '../harness/workload.js';

const ROUNDS = 1000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'Condition: two threads take turns',
  unit: 'round trip',
  bar: { MessagePort: atLeast(5), CPython: atLeast(5) },
  sides: {
    heddle: async () => (await import('../peers/ping-pong.js')).conditionPingPong(ROUNDS),
    MessagePort: async () => (await import('../peers/channels.js')).portPingPong(ROUNDS),
    CPython: async () =>
      (await import('../peers/python.js')).openPython('threading_ping_pong.py', 'Condition'),
  },
};
