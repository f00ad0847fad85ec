import { addon, putValue, takeValue } from '../harness/internals.js';
import { check } from '../harness/workload.js';

const OPS = 1000;

/**
 * A message through a channel that begins and ends in this thread.
 *
 * @template T
 * @param {() => T} make
 * @param {(message: T) => boolean} isRight
 * @returns {import('../harness/workload.js').TimedSide}
 */
export function openPutTake(make, isRight) {
  const channel = addon.createChannel(false, 0);
  return {
    ops: OPS,
    run() {
      let right = 0;
      for (let i = 0; i < OPS; i++) {
        putValue(channel, make(), 0, 0, 0);
        if (isRight(takeValue(channel, 0))) right++;
      }
      check('messages', right, OPS);
    },
  };
}
