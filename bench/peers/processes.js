import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { check } from '../harness/workload.js';
import { nothing } from '../tasks/identity.js';

/** @import { TimedSide } from '../harness/workload.js' */

const EMPTY = fileURLToPath(new URL('../workers/empty.js', import.meta.url));
const TASKS = new URL('../tasks/identity.js', import.meta.url).href;

/**
 * A process that is started by this method and does nothing, until it has been joined. Its target's
 * module is preloaded where there is a fork server.
 *
 * @param {'spawn' | 'forkserver'} method
 * @returns {Promise<TimedSide>}
 */
export async function startAndJoin(method) {
  const { getContext } = await import('heddle/multiprocessing');
  const { Process, setForkserverPreload } = getContext(method);
  if (method === 'forkserver') {
    const { ensureRunningAsync } = await import('heddle/multiprocessing/forkserver');
    setForkserverPreload([TASKS]);
    check('the fork server', await ensureRunningAsync(), true);
  }
  return {
    ops: 1,
    async run() {
      const child = new Process({ target: nothing });
      child.start();
      await child.joinAsync();
      check('exitcode', child.exitcode, 0);
      child.close();
    },
  };
}

/**
 * `child_process.fork` of an empty file until `'exit'`.
 *
 * @returns {TimedSide}
 */
export function forkAndExit() {
  return {
    ops: 1,
    async run() {
      const code = await new Promise((resolve, reject) => {
        fork(EMPTY).on('error', reject).on('exit', resolve);
      });
      check('exit code', code, 0);
    },
  };
}
