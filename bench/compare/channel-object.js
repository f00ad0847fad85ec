import { atLeast } from '../harness/workload.js';
import { makeObject } from '../workers/messages.js';

const MESSAGES = 20_000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'channel: objects of 100 bytes, one way',
  unit: 'message',
  bar: { MessagePort: atLeast(1.8) },
  sides: {
    heddle: async () => (await import('../peers/channels.js')).channelOneWay(MESSAGES, makeObject),
    MessagePort: async () =>
      (await import('../peers/channels.js')).portOneWay(MESSAGES, makeObject),
  },
};
