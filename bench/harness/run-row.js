import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** @import { SideResult } from './rounds.js' */

const ROW = fileURLToPath(new URL('row.js', import.meta.url));

/**
 * Runs one row in a process of its own, and of its own group, so that all it has started can be
 * killed with it.
 *
 * @param {string} file
 * @param {{ quick: boolean, limit: number, signal: AbortSignal }} options limit in seconds
 * @returns {Promise<{ sides?: SideResult[], failed?: string }>}
 */
export function runRow(file, { quick, limit, signal }) {
  return new Promise((resolve) => {
    const child = fork(ROW, [file, ...(quick ? ['quick'] : [])], {
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    /** @type {{ sides?: SideResult[], failed?: string } | undefined} */
    let result;
    const kill = () => killGroup(child.pid);
    const timer = setTimeout(() => {
      result ??= { failed: `killed after ${limit} s` };
      kill();
    }, limit * 1000);
    signal.addEventListener('abort', kill, { once: true });
    child.on('message', (message) => {
      result = /** @type {typeof result} */ (message);
    });
    child.on('error', (error) => {
      result ??= { failed: error.message };
    });
    child.on('close', (code, killedBy) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      kill();
      resolve(result ?? { failed: `ended with ${killedBy ?? code} and no result` });
    });
  });
}

/** @param {number | undefined} pid */
function killGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}
