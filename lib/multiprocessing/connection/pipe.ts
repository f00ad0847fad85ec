import { checkBoolean } from '../../_internal/index.js';
import { addon } from '../../_native/index.js';
import { type Connection, connectionOf } from './connection.js';

/**
 * Two connections, each other's ends.
 *
 * @param duplex true (default): both send and receive; false: the first one receives what the second
 *   one sends
 * @throws OSError where there are no descriptors left
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.Pipe
 */
export function Pipe(duplex = true): [Connection, Connection] {
  checkBoolean('duplex', duplex);
  const [first, second] = addon.createPipe(duplex);
  return [connectionOf(first), connectionOf(second)];
}
