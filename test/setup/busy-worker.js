import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { workerData } from 'node:worker_threads';

/** Counts in `workerData` what its thread pool, its sockets and its children have done, until it is ended. */
const done = new Int32Array(workerData);

const count = (/** @type {number} */ what) => () => {
  Atomics.add(done, what, 1);
  Atomics.notify(done, what);
};

setInterval(() => {
  stat('/').then(count(0));
  const server = createServer((socket) => socket.on('error', () => undefined).end('x'));
  server.listen(0, '127.0.0.1', () => {
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    const client = connect(port, '127.0.0.1').resume();
    client.on('error', () => undefined);
    client.on('close', () => server.close(count(1)));
  });
}, 1);

setInterval(() => spawn('/bin/true').on('exit', count(2)), 10);
