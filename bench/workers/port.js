// The thread at the other end of a MessagePort; it understands the same as channel.js.
import { parentPort } from 'node:worker_threads';
import { weigh } from './messages.js';

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
let left = 0;
let echoes = false;
let sum = 0;

port.on('message', (message) => {
  if (left === 0) {
    echoes = message < 0;
    left = Math.abs(message);
    sum = 0;
    if (left === 0) port.close();
    return;
  }
  left--;
  if (echoes) return port.postMessage(message);
  sum += weigh(message);
  if (left === 0) port.postMessage(sum);
});
