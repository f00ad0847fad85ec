import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { check } from '../harness/workload.js';
import { weigh } from '../workers/messages.js';

/** @import { TimedSide } from '../harness/workload.js' */

const CHILD = fileURLToPath(new URL('../workers/ipc.js', import.meta.url));

/**
 * A process, and the channel to it that child_process makes.
 *
 * @param {import('node:child_process').SerializationType} serialization
 */
function connect(serialization) {
  const child = fork(CHILD, { serialization });
  /** @type {(message: any) => void} */
  let arrived = () => {};
  child.on('message', (message) => arrived(message));
  /** @returns {Promise<number>} */
  const next = () =>
    new Promise((resolve) => {
      arrived = resolve;
    });
  const close = async () => {
    const ended = once(child, 'exit');
    child.send(0);
    await ended;
  };
  return { child, next, close };
}

/**
 * As `channelOneWay`, to a process.
 *
 * @param {import('node:child_process').SerializationType} serialization
 * @param {number} ops
 * @param {() => Parameters<typeof weigh>[0]} make
 * @returns {TimedSide}
 */
export function ipcOneWay(serialization, ops, make) {
  const { child, next, close } = connect(serialization);
  const expected = ops * weigh(make());
  return {
    ops,
    async run() {
      const answer = next();
      child.send(ops);
      for (let i = 0; i < ops; i++) child.send(make());
      check('sum', await answer, expected);
    },
    close,
  };
}

/**
 * As `channelPingPong`, to a process.
 *
 * @param {import('node:child_process').SerializationType} serialization
 * @param {number} ops
 * @returns {TimedSide}
 */
export function ipcPingPong(serialization, ops) {
  const { child, next, close } = connect(serialization);
  return {
    ops,
    async run() {
      child.send(-ops);
      for (let i = 0; i < ops; i++) {
        const answer = next();
        child.send(i);
        check('echo', await answer, i);
      }
    },
    close,
  };
}
