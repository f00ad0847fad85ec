/**
 * The target of the process at the other end of a heddle channel.
 *
 * @param {{ native: object }} incoming
 * @param {{ native: object }} outgoing
 */
export async function serveChannelOfProcess(incoming, outgoing) {
  const { serveChannel } = await import('./serve-channel.js');
  serveChannel(incoming.native, outgoing.native);
}
