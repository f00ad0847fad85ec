import { RuntimeError } from '../errors.js';
import { registerError } from '../pickle/index.js';

/** The barrier is broken, or was broken or reset while somebody waited. Empty message, as in Python. */
export class BrokenBarrierError extends RuntimeError {
  override name = 'BrokenBarrierError';
  override readonly code: string = 'ERR_BROKEN_BARRIER';
}

registerError(BrokenBarrierError, 'threading.BrokenBarrierError');
