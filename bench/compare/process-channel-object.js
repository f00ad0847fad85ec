import { atLeast } from '../harness/workload.js';
import { makeObject } from '../workers/messages.js';

const MESSAGES = 20_000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'channel between processes: objects of 100 bytes, one way',
  unit: 'message',
  bar: { 'child_process, json': atLeast(5), 'child_process, advanced': atLeast(5) },
  sides: {
    heddle: async () =>
      (await import('../peers/channels.js')).channelOneWay(MESSAGES, makeObject, 'process'),
    'child_process, json': async () =>
      (await import('../peers/ipc.js')).ipcOneWay('json', MESSAGES, makeObject),
    'child_process, advanced': async () =>
      (await import('../peers/ipc.js')).ipcOneWay('advanced', MESSAGES, makeObject),
  },
};
