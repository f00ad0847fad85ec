import { checkBoolean, checkOptions, toSeconds } from '../_internal/index.js';
import type { AcquireOptions } from '../_thread/index.js';

/** Options of `acquire()` in `multiprocessing`. */
export interface BlockOptions extends AcquireOptions {
  /** Python's name here for `blocking`. */
  block?: boolean;
}

/**
 * Seconds for a lock from the arguments of an acquire, as `multiprocessing` reads them: without
 * blocking the time-out is ignored, and less than 0 is 0.
 */
export function blockSeconds(
  block: boolean | BlockOptions | undefined,
  timeout: number | null | undefined,
): number {
  if (typeof block === 'object') {
    const options = checkOptions(block, ['block', 'blocking', 'timeout']);
    return blockSeconds(options.block ?? options.blocking, options.timeout);
  }
  if (block !== undefined) checkBoolean('block', block);
  const seconds = toSeconds(timeout);
  return block === false ? 0 : seconds;
}
