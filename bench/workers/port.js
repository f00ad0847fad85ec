// The thread at the other end of a MessagePort.
import { parentPort } from 'node:worker_threads';
import { counting } from './counting.js';

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);

port.on(
  'message',
  counting(
    (message) => port.postMessage(message),
    () => port.close(),
  ),
);
