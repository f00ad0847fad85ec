import { addon, holderIn } from '../_native/index.js';

/** The number of the calling thread, never used again in this process. */
export function getIdent(): number {
  return holderIn(false);
}

/** The kernel's number of the calling thread. */
export function getNativeId(): number {
  return addon.nativeThreadId();
}
