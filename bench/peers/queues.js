import { Process, Queue as SharedQueue } from 'heddle/multiprocessing';
import { LifoQueue, PriorityQueue, Queue } from 'heddle/queue';
import { Thread } from 'heddle/threading';
import { check } from '../harness/workload.js';
import { consume } from '../tasks/consume.js';
import { weigh } from '../workers/messages.js';

/** @import { TimedSide } from '../harness/workload.js' */
/** @typedef {Parameters<typeof weigh>[0]} Message */

const parties = {
  thread: { AnyQueue: Queue, Party: Thread },
  process: { AnyQueue: SharedQueue, Party: Process },
};

/**
 * `ops` items through a Queue to a thread or a process, and their sum back.
 *
 * @param {number} ops
 * @param {() => Message} make
 * @param {keyof typeof parties} [to]
 * @returns {TimedSide}
 */
export function queueOneWay(ops, make, to = 'thread') {
  const { AnyQueue, Party } = parties[to];
  const out = new AnyQueue();
  const back = new AnyQueue();
  const other = new Party({ target: consume, args: [out, back], daemon: true });
  other.start();
  const expected = ops * weigh(make());
  return {
    ops,
    run() {
      out.put(ops);
      for (let i = 0; i < ops; i++) out.put(make());
      check('sum', back.get(), expected);
    },
    close() {
      out.put(0);
      other.join();
    },
  };
}

/**
 * `ops` numbers in a random order into a queue of a kind, and then out of it.
 *
 * @param {'PriorityQueue' | 'LifoQueue'} kind
 * @param {number} ops
 * @returns {TimedSide}
 */
export function fillAndEmpty(kind, ops) {
  const queue = kind === 'LifoQueue' ? new LifoQueue() : new PriorityQueue();
  return {
    ops,
    run() {
      for (let i = 0; i < ops; i++) queue.put((i * 7919) % ops);
      let last = -1;
      for (let i = 0; i < ops; i++) {
        const item = /** @type {number} */ (queue.get());
        if (kind === 'PriorityQueue') check('order', item > last, true);
        last = item;
      }
      check('qsize()', queue.qsize(), 0);
    },
  };
}
