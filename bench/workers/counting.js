import { weigh } from './messages.js';

/**
 * What the other end of a channel of Node's does with each message; it understands the same as
 * serve-channel.js.
 *
 * @param {(message: any) => void} send
 * @param {() => void} end
 * @returns {(message: any) => void}
 */
export function counting(send, end) {
  let left = 0;
  let echoes = false;
  let sum = 0;
  return (message) => {
    if (left === 0) {
      echoes = message < 0;
      left = Math.abs(message);
      sum = 0;
      if (left === 0) end();
      return;
    }
    left--;
    if (echoes) return send(message);
    sum += weigh(message);
    if (left === 0) send(sum);
  };
}
