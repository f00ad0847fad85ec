import { atLeast } from '../harness/workload.js';

const MESSAGES = 50_000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'channel between processes: integers, one way',
  unit: 'message',
  bar: { 'child_process, json': atLeast(15), 'child_process, advanced': atLeast(15) },
  sides: {
    heddle: async () =>
      (await import('../peers/channels.js')).channelOneWay(MESSAGES, () => 7, 'process'),
    'child_process, json': async () =>
      (await import('../peers/ipc.js')).ipcOneWay('json', MESSAGES, () => 7),
    'child_process, advanced': async () =>
      (await import('../peers/ipc.js')).ipcOneWay('advanced', MESSAGES, () => 7),
  },
};
