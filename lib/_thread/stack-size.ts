import { checkInteger } from '../_internal/index.js';
import { addon } from '../_native/index.js';
import { ValueError } from '../errors.js';

/** Less is refused, as in Python. */
const LEAST = 32 * 1024;

/**
 * How much stack the threads get that any thread of the process starts from here on. 192 KiB of
 * it are Node's own; the rest is what JavaScript can fill before it throws "Maximum call stack size
 * exceeded".
 *
 * Differs from CPython: 0, the default, is 4 MiB; less than 512 KiB is 512 KiB, without which
 * Node cannot begin a thread.
 *
 * @param size bytes; left out: 0
 * @returns the size of before; 0 for the default
 * @throws ValueError below 32 KiB (except 0); TypeError for what is no integer
 * @see https://docs.python.org/3.13/library/threading.html#threading.stack_size
 */
export function stackSize(size = 0): number {
  checkInteger('size', size);
  if (size < 0) throw new ValueError('size must be 0 or a positive value');
  if (size > 0 && size < LEAST) throw new ValueError(`size not valid: ${size} bytes`);
  const before = addon.stackSize();
  addon.setStackSize(size);
  return before;
}
