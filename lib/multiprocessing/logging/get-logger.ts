import { logExit } from './log-exit.js';
import { type Logger, logger } from './logger.js';

/**
 * The logger of multiprocessing. It says when a child's target begins and when processes end, from
 * INFO on.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.get_logger
 */
export function getLogger(): Logger {
  logExit();
  return logger;
}
