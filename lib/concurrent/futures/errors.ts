import { RuntimeError } from '../../errors.js';
import { registerError } from '../../pickle/index.js';

/** The future was cancelled. */
export class CancelledError extends Error {
  override name = 'CancelledError';
  readonly code: string = 'ERR_CANCELLED';
}

/** The operation is not allowed in the future's state. */
export class InvalidStateError extends Error {
  override name = 'InvalidStateError';
  readonly code: string = 'ERR_INVALID_STATE';
}

/** An executor that cannot run tasks any more. */
export class BrokenExecutor extends RuntimeError {
  override name = 'BrokenExecutor';
  override readonly code: string = 'ERR_BROKEN_EXECUTOR';
}

/** An initializer failed, or a thread of the pool ended in the middle of a task. */
export class BrokenThreadPool extends BrokenExecutor {
  override name = 'BrokenThreadPool';
  override readonly code: string = 'ERR_BROKEN_THREAD_POOL';
}

/** An initializer failed, or a process of the pool ended before its time. */
export class BrokenProcessPool extends BrokenExecutor {
  override name = 'BrokenProcessPool';
  override readonly code: string = 'ERR_BROKEN_PROCESS_POOL';
}

const BASE = 'concurrent.futures._base';
registerError(CancelledError, `${BASE}.CancelledError`);
registerError(InvalidStateError, `${BASE}.InvalidStateError`);
registerError(BrokenExecutor, `${BASE}.BrokenExecutor`);
registerError(BrokenThreadPool, 'concurrent.futures.thread.BrokenThreadPool');
registerError(BrokenProcessPool, 'concurrent.futures.process.BrokenProcessPool');
