import { addon, holderIn } from '../_native/index.js';

/**
 * The number of the calling thread, never used again in this process.
 *
 * @see https://docs.python.org/3.13/library/threading.html#threading.get_ident
 */
export function getIdent(): number {
  return holderIn(false);
}

/**
 * The kernel's number of the calling thread.
 *
 * @see https://docs.python.org/3.13/library/threading.html#threading.get_native_id
 */
export function getNativeId(): number {
  return addon.nativeThreadId();
}
