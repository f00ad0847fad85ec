/**
 * Kills a process, and its process group if it leads one. That it is gone already is no error.
 * @param {number} pid
 */
export function killGroup(pid) {
  for (const target of process.platform === 'win32' ? [pid] : [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
    }
  }
}
