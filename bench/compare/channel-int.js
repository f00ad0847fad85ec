import { atLeast } from '../harness/workload.js';

const MESSAGES = 200_000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'channel: integers, one way',
  unit: 'message',
  bar: { MessagePort: atLeast(4) },
  sides: {
    heddle: async () => (await import('../peers/channels.js')).channelOneWay(MESSAGES, () => 7),
    MessagePort: async () => (await import('../peers/channels.js')).portOneWay(MESSAGES, () => 7),
  },
};
