import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { Condition, Event, Thread } from 'heddle/threading';
import { check } from '../harness/workload.js';
import { answerByCondition, answerByEvent, takeTurns } from '../tasks/take-turns.js';

/** @import { TimedSide } from '../harness/workload.js' */

/**
 * Two threads that take turns under a Condition.
 *
 * @param {number} ops
 * @returns {TimedSide}
 */
export function conditionPingPong(ops) {
  const memory = new SharedMemory({ create: true, size: 8 });
  const words = new Int32Array(memory.buf.buffer, 0, 2);
  const condition = new Condition();
  words[1] = -1;
  const thread = new Thread({ target: answerByCondition, args: [condition, words] });
  thread.start();
  /** @param {number} rounds */
  const order = (rounds) => {
    words[1] = rounds;
    condition.notify();
  };
  return {
    ops,
    run() {
      condition.acquire();
      order(ops);
      takeTurns(condition, words, 0, ops);
      while (words[0] !== 0) condition.wait();
      check('rounds', words[1], -1);
      condition.release();
    },
    close() {
      condition.with(() => order(0));
      thread.join();
    },
  };
}

/**
 * Two threads, each of which sets an Event that the other waits for.
 *
 * @param {number} ops
 * @returns {TimedSide}
 */
export function eventPingPong(ops) {
  const [ping, pong, stop] = [new Event(), new Event(), new Event()];
  const thread = new Thread({ target: answerByEvent, args: [ping, pong, stop] });
  thread.start();
  return {
    ops,
    run() {
      for (let i = 0; i < ops; i++) {
        ping.set();
        check('wait()', pong.wait(), true);
        pong.clear();
      }
    },
    close() {
      stop.set();
      ping.set();
      thread.join();
    },
  };
}
