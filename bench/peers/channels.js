import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Process } from 'heddle/multiprocessing';
import { addon, Handle, putValue, takeValue } from '../harness/internals.js';
import { check } from '../harness/workload.js';
import { serveChannelOfProcess } from '../workers/channel-process.js';
import { weigh } from '../workers/messages.js';

/** @import { TimedSide } from '../harness/workload.js' */
/** @typedef {Parameters<typeof weigh>[0]} Message */

const WORKERS = new URL('../workers/', import.meta.url);

/** A heddle channel to a thread, and one back. */
function connect() {
  const out = addon.createChannel(false, 0);
  const back = addon.createChannel(false, 0);
  const worker = new Worker(new URL('channel.js', WORKERS), {
    workerData: { incoming: addon.deposit(out), outgoing: addon.deposit(back) },
  });
  const close = async () => {
    const ended = once(worker, 'exit');
    putValue(out, 0, 0, 0, 0);
    await ended;
  };
  return { out, back, close };
}

/** The same to a process. */
function connectProcess() {
  const out = addon.createChannel(true, 0);
  const back = addon.createChannel(true, 0);
  const child = new Process({
    target: serveChannelOfProcess,
    args: [new Handle(out), new Handle(back)],
    daemon: true,
  });
  child.start();
  const close = async () => {
    putValue(out, 0, 0, 0, 0);
    await child.joinAsync();
    check('exitcode', child.exitcode, 0);
  };
  return { out, back, close };
}

const connections = { thread: connect, process: connectProcess };

/**
 * `ops` messages one way, and their sum back.
 *
 * @param {number} ops
 * @param {() => Message} make
 * @param {keyof typeof connections} [to]
 * @returns {TimedSide}
 */
export function channelOneWay(ops, make, to = 'thread') {
  const { out, back, close } = connections[to]();
  const expected = ops * weigh(make());
  return {
    ops,
    run() {
      putValue(out, ops, 0, 0, 0);
      for (let i = 0; i < ops; i++) putValue(out, make(), 0, 0, 0);
      check('sum', takeValue(back, -1), expected);
    },
    close,
  };
}

/**
 * `ops` messages there and back, one after another.
 *
 * @param {number} ops
 * @param {keyof typeof connections} [to]
 * @returns {TimedSide}
 */
export function channelPingPong(ops, to = 'thread') {
  const { out, back, close } = connections[to]();
  return {
    ops,
    run() {
      putValue(out, -ops, 0, 0, 0);
      for (let i = 0; i < ops; i++) {
        putValue(out, i, 0, 0, 0);
        check('echo', takeValue(back, -1), i);
      }
    },
    close,
  };
}

/** A Worker and its MessagePort. */
function connectPort() {
  const worker = new Worker(new URL('port.js', WORKERS));
  /** @type {(message: number) => void} */
  let arrived = () => {};
  worker.on('message', (message) => arrived(message));
  /** @returns {Promise<number>} */
  const next = () =>
    new Promise((resolve) => {
      arrived = resolve;
    });
  const close = async () => {
    const ended = once(worker, 'exit');
    worker.postMessage(0);
    await ended;
  };
  return { worker, next, close };
}

/**
 * As `channelOneWay`.
 *
 * @param {number} ops
 * @param {() => Message} make
 * @returns {TimedSide}
 */
export function portOneWay(ops, make) {
  const { worker, next, close } = connectPort();
  const expected = ops * weigh(make());
  return {
    ops,
    async run() {
      const answer = next();
      worker.postMessage(ops);
      for (let i = 0; i < ops; i++) worker.postMessage(make());
      check('sum', await answer, expected);
    },
    close,
  };
}

/**
 * As `channelPingPong`.
 *
 * @param {number} ops
 * @returns {TimedSide}
 */
export function portPingPong(ops) {
  const { worker, next, close } = connectPort();
  return {
    ops,
    async run() {
      worker.postMessage(-ops);
      for (let i = 0; i < ops; i++) {
        const answer = next();
        worker.postMessage(i);
        check('echo', await answer, i);
      }
    },
    close,
  };
}
