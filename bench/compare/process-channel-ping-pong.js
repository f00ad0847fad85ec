const MESSAGES = 1000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'channel between processes: ping-pong of integers',
  unit: 'round trip',
  sides: {
    heddle: async () => (await import('../peers/channels.js')).channelPingPong(MESSAGES, 'process'),
    'child_process, json': async () =>
      (await import('../peers/ipc.js')).ipcPingPong('json', MESSAGES),
    'child_process, advanced': async () =>
      (await import('../peers/ipc.js')).ipcPingPong('advanced', MESSAGES),
  },
};
