/**
 * Python's built-in exception classes, each a subclass of the nearest JavaScript class, with a
 * string `code`. What belongs to one module (`BrokenThreadPool`, …) is exported there.
 *
 * @see https://docs.python.org/3.13/library/exceptions.html
 * @module
 */
import { constants } from 'node:os';

/** A value of the right type that is not acceptable. */
export class ValueError extends RangeError {
  override name = 'ValueError';
  readonly code: string = 'ERR_VALUE';
}

/** A number that is too large for what it is used for. */
export class OverflowError extends RangeError {
  override name = 'OverflowError';
  readonly code: string = 'ERR_OVERFLOW';
}

/** A key or an index that is not there. */
export class LookupError extends RangeError {
  override name = 'LookupError';
  readonly code: string = 'ERR_LOOKUP';
}

/** A key that a mapping does not have. */
export class KeyError extends LookupError {
  override name = 'KeyError';
  override readonly code: string = 'ERR_KEY';
}

/** An index beyond the end of a sequence. */
export class IndexError extends LookupError {
  override name = 'IndexError';
  override readonly code: string = 'ERR_INDEX';
}

/** An operation that the object's state does not allow. */
export class RuntimeError extends Error {
  override name = 'RuntimeError';
  readonly code: string = 'ERR_RUNTIME';
}

/** A condition that the caller has to keep does not hold. */
export class AssertionError extends Error {
  override name = 'AssertionError';
  readonly code: string = 'ERR_ASSERTION';
}

/**
 * SIGINT reached the main thread while it was blocked and the program listens to SIGINT, or
 * `_thread.interruptMain()` was called.
 */
export class KeyboardInterrupt extends Error {
  override name = 'KeyboardInterrupt';
  readonly code: string = 'ERR_KEYBOARD_INTERRUPT';
}

/**
 * Ends the thread that throws it, silently. `_thread.exit()` throws it.
 *
 * Differs from CPython: what the constructor is given is `exitCode`, since `code` names the class of
 * an error here. On the main thread it is an uncaught error like any other: `process.exit()` ends
 * the program.
 *
 * @see https://docs.python.org/3.13/library/exceptions.html#SystemExit
 */
export class SystemExit extends Error {
  override name = 'SystemExit';
  readonly code: string = 'ERR_SYSTEM_EXIT';
  readonly exitCode: unknown;

  constructor(exitCode: unknown = null) {
    super(exitCode === null ? '' : String(exitCode));
    this.exitCode = exitCode;
  }
}

/**
 * A lock whose holder died while it held it: what the lock guards may be half done.
 * `lock.recover()` makes the lock free again.
 */
export class LockAbandonedError extends RuntimeError {
  override name = 'LockAbandonedError';
  override readonly code: string = 'ERR_LOCK_ABANDONED';
}

/** One thread of a deadlock. */
export interface DeadlockStep {
  /** The thread's name. */
  thread: string;
  /** What it waits for: `Lock 12`, `RLock 13`, or `the end of 'Thread-2'`. */
  waitsFor: string;
}

/**
 * A wait without a time-out would never end: threads wait for each other in a circle, and nobody
 * else could help. The wait that closes the circle throws it, and has acquired nothing; the others
 * go on when its thread releases what they wait for. The message names the circle.
 *
 * Differs from CPython: there is no such error; its threads wait for ever.
 */
export class DeadlockError extends RuntimeError {
  override name = 'DeadlockError';
  override readonly code: string = 'ERR_DEADLOCK';

  /**
   * @param message what happened
   * @param circle the threads, each waiting for the next and the last for the first; the one whose
   *   wait has thrown comes first
   */
  constructor(
    message?: string,
    readonly circle: readonly DeadlockStep[] = [],
  ) {
    super(message);
  }
}

/** What the system said to an `OSError`. */
export interface OSErrorFields {
  /** The system's error number. */
  errno: number;
  /** The system call that failed. */
  syscall?: string | undefined;
  /** The file that it was about. */
  filename?: string | undefined;
}

/** A system call that failed. `code` is the name of the error (`'ENOENT'`), as Node's. */
export class OSError extends Error {
  override name = 'OSError';
  readonly code: string;
  readonly errno: number | undefined;
  readonly syscall: string | undefined;
  readonly filename: string | undefined;

  constructor(message?: string, fields?: OSErrorFields) {
    super(message);
    this.errno = fields?.errno;
    this.syscall = fields?.syscall;
    this.filename = fields?.filename;
    this.code = (fields && nameOfErrno(fields.errno)) ?? 'ERR_OS';
  }
}

/** A wait that ended without what was waited for. */
export class TimeoutError extends OSError {
  override name = 'TimeoutError';
  override readonly code: string = 'ETIMEDOUT';
}
/** The end of what there is to be read. */
export class EOFError extends Error {
  override name = 'EOFError';
  readonly code: string = 'ERR_EOF';
}

/** A connection that failed. */
export class ConnectionError extends OSError {
  override name = 'ConnectionError';
}
/** `EPIPE`: the other end is closed. */
export class BrokenPipeError extends ConnectionError {
  override name = 'BrokenPipeError';
}
/** `ECONNABORTED` */
export class ConnectionAbortedError extends ConnectionError {
  override name = 'ConnectionAbortedError';
}
/** `ECONNREFUSED`: nobody listens there. */
export class ConnectionRefusedError extends ConnectionError {
  override name = 'ConnectionRefusedError';
}
/** `ECONNRESET`: the other end was closed before it had read everything. */
export class ConnectionResetError extends ConnectionError {
  override name = 'ConnectionResetError';
}

/** `EEXIST` */
export class FileExistsError extends OSError {
  override name = 'FileExistsError';
}
/** `ENOENT` */
export class FileNotFoundError extends OSError {
  override name = 'FileNotFoundError';
}
/** `EACCES` or `EPERM` */
export class PermissionError extends OSError {
  override name = 'PermissionError';
}

const BY_ERRNO: Partial<Record<number, typeof OSError>> = {
  [constants.errno.EEXIST]: FileExistsError,
  [constants.errno.ENOENT]: FileNotFoundError,
  [constants.errno.EACCES]: PermissionError,
  [constants.errno.EPERM]: PermissionError,
  [constants.errno.ETIMEDOUT]: TimeoutError,
  [constants.errno.EPIPE]: BrokenPipeError,
  [constants.errno.ECONNABORTED]: ConnectionAbortedError,
  [constants.errno.ECONNREFUSED]: ConnectionRefusedError,
  [constants.errno.ECONNRESET]: ConnectionResetError,
};

/** The subclass of `OSError` that Python uses for an error number. */
export function osErrorClass(errno: number): typeof OSError {
  return BY_ERRNO[errno] ?? OSError;
}

function nameOfErrno(errno: number): string | undefined {
  return Object.entries(constants.errno).find(([, value]) => value === errno)?.[0];
}
