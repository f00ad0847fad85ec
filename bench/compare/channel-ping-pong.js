const MESSAGES = 1000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'channel: ping-pong of integers',
  unit: 'round trip',
  sides: {
    heddle: async () => (await import('../peers/channels.js')).channelPingPong(MESSAGES),
    MessagePort: async () => (await import('../peers/channels.js')).portPingPong(MESSAGES),
  },
};
