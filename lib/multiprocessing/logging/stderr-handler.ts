import type { Handler } from './handler.js';
import { WARNING } from './levels.js';

/** Python's `DEFAULT_LOGGING_FORMAT`. */
export const stderrHandler: Handler = {
  emit: ({ levelname, processName, message }) => {
    process.stderr.write(`[${levelname}/${processName}] ${message}\n`);
  },
};

/** Where nobody has attached a handler: Python's `logging.lastResort`. */
export const lastResort: Handler = {
  level: WARNING,
  emit: ({ message }) => {
    process.stderr.write(`${message}\n`);
  },
};
