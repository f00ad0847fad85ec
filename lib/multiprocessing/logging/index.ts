/**
 * The logger of multiprocessing, as much of Python's `logging` as that needs.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#logging
 * @module
 */
export { getLogger } from './get-logger.js';
export type { Handler, NodeLogger } from './handler.js';
export {
  CRITICAL,
  DEBUG,
  ERROR,
  INFO,
  NOTSET,
  SUBDEBUG,
  SUBWARNING,
  WARNING,
} from './levels.js';
export { logExit } from './log-exit.js';
export type { LogRecord } from './log-record.js';
export { logToStderr } from './log-to-stderr.js';
export { type Logger, logger } from './logger.js';
export { warnOnce } from './warn-once.js';
