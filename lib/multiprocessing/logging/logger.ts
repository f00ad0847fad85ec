import { format, inspect } from 'node:util';
import { currentThread } from '../../threading/index.js';
import { getSelf } from '../self.js';
import { changeSettings, getSettings } from '../settings.js';
import { checkHandler, emit, type Handler, type NodeLogger } from './handler.js';
import { CRITICAL, checkLevel, DEBUG, ERROR, INFO, levelName, NOTSET, WARNING } from './levels.js';
import { lastResort, stderrHandler } from './stderr-handler.js';

/** The level of Python's root logger, which holds for those without one of their own. */
const ROOT_LEVEL = WARNING;

/**
 * What multiprocessing logs, and users can log with it: Python's `logging.Logger`, as far as one
 * logger needs it. Messages are put together as by `console.log`: `logger.info('%s of %d', a, b)`.
 *
 * The level, and whether it goes to standard error, hold for all threads of the process, and for
 * children from their start. Other handlers are those of the thread that has added them.
 *
 * @see https://docs.python.org/3.13/library/logging.html#logger-objects
 */
export class Logger {
  readonly name = 'multiprocessing';
  readonly #handlers: (Handler | NodeLogger)[] = [];

  /** As it was set; by default NOTSET (0). */
  get level(): number {
    return getSettings().logLevel ?? NOTSET;
  }

  /**
   * Sets the least that is logged.
   *
   * @param level a number, or the name of a level of Python's `logging` (`'INFO'`)
   * @throws ValueError for a name that there is not; TypeError
   */
  setLevel(level: number | string): void {
    changeSettings({ logLevel: checkLevel(level) });
  }

  /** The least that is logged: WARNING (30) where the level is NOTSET. */
  getEffectiveLevel(): number {
    return this.level || ROOT_LEVEL;
  }

  /** Whether a message of that level (a number) is logged. */
  isEnabledFor(level: number): boolean {
    return level >= this.getEffectiveLevel();
  }

  /** Where messages go from this thread. A copy. Without any, warnings go to standard error. */
  get handlers(): readonly (Handler | NodeLogger)[] {
    return getSettings().logToStderr ? [...this.#handlers, stderrHandler] : [...this.#handlers];
  }

  /**
   * Lets this thread's messages go to a handler, too.
   *
   * @param handler an object with `emit(record)`, or a logger of Node's world, which gets the text:
   *   `addHandler(console)`, `addHandler(pino())`. An error that it throws goes to standard error
   * @throws TypeError for anything else
   */
  addHandler(handler: Handler | NodeLogger): void {
    if (!this.#handlers.includes(checkHandler(handler))) this.#handlers.push(handler);
  }

  /** Undoes `addHandler()`, and for the handler of `logToStderr()` that. */
  removeHandler(handler: Handler | NodeLogger): void {
    const index = this.#handlers.indexOf(handler);
    if (index >= 0) this.#handlers.splice(index, 1);
    else if (handler === stderrHandler) changeSettings({ logToStderr: false });
  }

  /** Logs with level 10. */
  debug(message: string, ...args: unknown[]): void {
    this.log(DEBUG, message, ...args);
  }

  /** Logs with level 20. */
  info(message: string, ...args: unknown[]): void {
    this.log(INFO, message, ...args);
  }

  /** Logs with level 30. */
  warning(message: string, ...args: unknown[]): void {
    this.log(WARNING, message, ...args);
  }

  /** Logs with level 40. */
  error(message: string, ...args: unknown[]): void {
    this.log(ERROR, message, ...args);
  }

  /** Logs with level 50. */
  critical(message: string, ...args: unknown[]): void {
    this.log(CRITICAL, message, ...args);
  }

  /** @throws TypeError for a level that is no integer */
  log(level: number, message: string, ...args: unknown[]): void {
    if (!Number.isSafeInteger(level)) throw new TypeError('level must be an integer');
    if (!this.isEnabledFor(level)) return;
    const record = {
      name: this.name,
      levelno: level,
      levelname: levelName(level),
      message: format(message, ...args),
      created: Date.now() / 1000,
      process: process.pid,
      processName: getSelf().name,
      threadName: currentThread().name,
    };
    const { handlers } = this;
    for (const handler of handlers.length > 0 ? handlers : [lastResort]) emit(handler, record);
  }

  [inspect.custom](): string {
    return `<Logger ${this.name} (${levelName(this.getEffectiveLevel())})>`;
  }
}

/** The only one. Not by itself a reason to log a process's end: see get-logger.ts. */
export const logger = new Logger();
