import { SystemExit } from '../errors.js';

/**
 * Ends the calling thread, silently, by throwing `SystemExit`: what catches it keeps the thread
 * alive.
 *
 * @throws SystemExit always
 * @see https://docs.python.org/3.13/library/_thread.html#thread.exit
 */
export function exit(): never {
  throw new SystemExit();
}
