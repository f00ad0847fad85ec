/** What a handler is given: Python's `LogRecord`, its names in camelCase. */
export interface LogRecord {
  /** The logger's: `'multiprocessing'`. */
  name: string;
  levelno: number;
  /** `'WARNING'`; `'Level 25'` where the level has no name. */
  levelname: string;
  /** The text, with its arguments in place. */
  message: string;
  /** When it was, in seconds since 1970. */
  created: number;
  /** The process's pid. */
  process: number;
  processName: string;
  threadName: string;
}
