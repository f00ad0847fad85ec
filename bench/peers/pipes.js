import { Pipe, Process } from 'heddle/multiprocessing';
import { check } from '../harness/workload.js';
import { echoMessages } from '../tasks/echo-messages.js';

/** @import { TimedSide } from '../harness/workload.js' */

/**
 * Messages of `size` bytes to another process over a pipe and back, `ops` times, one after another.
 *
 * @param {number} ops
 * @param {number} size
 * @returns {TimedSide}
 */
export function pipePingPong(ops, size) {
  const [here, there] = Pipe();
  const child = new Process({ target: echoMessages, args: [there], daemon: true });
  child.start();
  there.close();
  const message = Buffer.alloc(size, 7);
  return {
    ops,
    run() {
      for (let i = 0; i < ops; i++) {
        here.sendBytes(message);
        check('length', here.recvBytes().length, size);
      }
    },
    async close() {
      here.sendBytes(Buffer.of());
      await child.joinAsync();
      check('exitcode', child.exitcode, 0);
    },
  };
}
