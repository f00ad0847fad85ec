import { checkString } from '../_internal/index.js';
import { changeSettings, getSettings } from './settings.js';

/** The program that children run. */
export function getExecutable(): string {
  return getSettings().executable ?? process.execPath;
}

/**
 * Sets the program that children run by `spawn` and under the fork server: a Node other than this
 * one. For programs that embed Node.
 *
 * @param executable its path; null: the Node that this process runs
 * @throws TypeError for what is no string
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.set_executable
 */
export function setExecutable(executable: string | null): void {
  if (executable !== null) checkString('executable', executable);
  changeSettings({ executable: executable ?? undefined });
}
