/**
 * Sends every message back, until an empty one comes.
 *
 * @param {import('heddle/multiprocessing/connection').Connection} connection
 */
export function echoMessages(connection) {
  for (;;) {
    const message = connection.recvBytes();
    if (message.length === 0) return;
    connection.sendBytes(message);
  }
}
