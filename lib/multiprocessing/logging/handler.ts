import { wrongType } from '../../_internal/index.js';
import { ERROR, INFO, WARNING } from './levels.js';
import type { LogRecord } from './log-record.js';

/** Where messages go. */
export interface Handler {
  /** The least that it wants to have; left out: everything that the logger lets pass. */
  readonly level?: number;
  emit(record: LogRecord): void;
}

/** A logger as they are usual with Node: `console`, and those of pino, winston, bunyan, … */
export interface NodeLogger {
  debug(message: string): unknown;
  info(message: string): unknown;
  warn(message: string): unknown;
  error(message: string): unknown;
}

/** @throws TypeError for what is neither */
export function checkHandler(handler: unknown): Handler | NodeLogger {
  const { emit } = (handler ?? {}) as Partial<Handler>;
  if (isNodeLogger(handler) || typeof emit === 'function') return handler as Handler;
  throw wrongType('handler', 'an object with emit(record), or a logger', handler);
}

/**
 * Hands a record over. An error of the handler's is told on standard error, as Python does it: what
 * is logged on the way must not fail by that.
 */
export function emit(handler: Handler | NodeLogger, record: LogRecord): void {
  try {
    if (isNodeLogger(handler)) handler[methodFor(record.levelno)](record.message);
    else if (record.levelno >= (handler.level ?? 0)) handler.emit(record);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? String(error)) : String(error);
    process.stderr.write(`--- Logging error ---\n${text}\nMessage: ${record.message}\n`);
  }
}

/** Looked for first: winston's and pino's loggers are event emitters with an `emit` of their own. */
function isNodeLogger(handler: unknown): handler is NodeLogger {
  const { debug, info, warn, error } = (handler ?? {}) as Partial<NodeLogger>;
  return [debug, info, warn, error].every((method) => typeof method === 'function');
}

function methodFor(level: number): keyof NodeLogger {
  if (level >= ERROR) return 'error';
  if (level >= WARNING) return 'warn';
  return level >= INFO ? 'info' : 'debug';
}
