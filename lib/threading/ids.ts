import { addon, holder } from '../_native/index.js';

/** The number of the calling thread, never used again in this process. */
export function getIdent(): number {
  return holder;
}

/** The kernel's number of the calling thread. */
export function getNativeId(): number {
  return addon.nativeThreadId();
}
