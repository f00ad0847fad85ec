import { stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { workerData } from 'node:worker_threads';

/** Counts in `workerData` what its loop, its thread pool and its sockets have done, until it is ended. */
const done = new Int32Array(workerData);

function count() {
  Atomics.add(done, 0, 1);
  Atomics.notify(done, 0);
}

setInterval(() => {
  stat('/').then(count);
  const server = createServer((socket) => socket.on('error', () => undefined).end('x'));
  server.listen(0, '127.0.0.1', () => {
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    const client = connect(port, '127.0.0.1').resume();
    client.on('error', () => undefined);
    client.on('close', () => server.close(count));
  });
}, 1);
