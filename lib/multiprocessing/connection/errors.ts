import { registerError } from '../../pickle/index.js';

/**
 * What all errors of multiprocessing extend.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.ProcessError
 */
export class ProcessError extends Error {
  override name = 'ProcessError';
  readonly code: string = 'ERR_PROCESS';
}

/**
 * A message that does not fit into the memory that was given for it. Nothing of it is lost:
 * `args[0]` has it.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.BufferTooShort
 */
export class BufferTooShort extends ProcessError {
  override name = 'BufferTooShort';
  override readonly code: string = 'ERR_BUFFER_TOO_SHORT';
  readonly args: readonly [] | readonly [Buffer];

  /** @param message the whole message */
  constructor(message?: Buffer) {
    super(message && `a message of ${message.length} bytes`);
    this.args = message ? [message] : [];
  }
}

/**
 * The other end of a connection does not have the key.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.AuthenticationError
 */
export class AuthenticationError extends ProcessError {
  override name = 'AuthenticationError';
  override readonly code: string = 'ERR_AUTHENTICATION';
}

/**
 * A wait of multiprocessing that ended without what was waited for.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.TimeoutError
 */
export class TimeoutError extends ProcessError {
  override name = 'TimeoutError';
  override readonly code: string = 'ETIMEDOUT';
}

registerError(ProcessError, 'multiprocessing.context.ProcessError');
registerError(AuthenticationError, 'multiprocessing.context.AuthenticationError');
registerError(TimeoutError, 'multiprocessing.context.TimeoutError');
registerError(
  BufferTooShort as unknown as new () => Error,
  'multiprocessing.context.BufferTooShort',
);
