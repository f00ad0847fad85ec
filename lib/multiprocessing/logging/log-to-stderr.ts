import { changeSettings } from '../settings.js';
import { getLogger } from './get-logger.js';
import type { Logger } from './logger.js';

/**
 * Lets the messages of this process, and of the children that it starts from here on, go to standard
 * error: `[INFO/Process-1] child process calling self.run()`.
 *
 * Differs from CPython: called twice, it does not write everything twice.
 *
 * @param level the least that is logged, a number or a name (`'INFO'`); null, 0 or left out: as it is
 * @returns the logger
 * @throws ValueError for a name that there is not; TypeError
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.log_to_stderr
 */
export function logToStderr(level?: number | string | null): Logger {
  const logger = getLogger();
  if (level) logger.setLevel(level);
  changeSettings({ logToStderr: true });
  return logger;
}
