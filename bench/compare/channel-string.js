import { STRING } from '../workers/messages.js';

const MESSAGES = 50_000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'channel: strings of 64 characters, one way',
  unit: 'message',
  sides: {
    heddle: async () =>
      (await import('../peers/channels.js')).channelOneWay(MESSAGES, () => STRING),
    MessagePort: async () =>
      (await import('../peers/channels.js')).portOneWay(MESSAGES, () => STRING),
  },
};
