import { putValue, takeValue } from '../harness/internals.js';
import { weigh } from './messages.js';

/**
 * The other end of a heddle channel: blocks in takeValue and never looks elsewhere.
 *
 * @param {object} incoming
 * @param {object} outgoing
 */
export function serveChannel(incoming, outgoing) {
  for (;;) {
    // A number tells how many messages follow: above 0 they are answered by their sum, below 0
    // each is sent back. 0 is the end.
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
}
