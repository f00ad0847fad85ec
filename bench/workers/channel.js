// The thread at the other end of a heddle channel: blocks in takeValue and never looks elsewhere.
import { workerData } from 'node:worker_threads';
import { addon, putValue, takeValue } from '../harness/internals.js';
import { weigh } from './messages.js';

const incoming = addon.withdraw(workerData.incoming);
const outgoing = addon.withdraw(workerData.outgoing);

for (;;) {
  // A number tells how many messages follow: above 0 they are answered by their sum, below 0 each
  // is sent back. 0 is the end.
  const count = takeValue(incoming, -1);
  if (count === 0) break;
  let sum = 0;
  if (count < 0) {
    for (let i = 0; i < -count; i++) putValue(outgoing, takeValue(incoming, -1), 0, 0, 0);
  } else {
    for (let i = 0; i < count; i++) sum += weigh(takeValue(incoming, -1));
    putValue(outgoing, sum, 0, 0, 0);
  }
}
