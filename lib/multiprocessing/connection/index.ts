/**
 * Messages between processes, of heddle's and of CPython's programs alike.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#module-multiprocessing.connection
 * @module
 */
export { Connection, type WaitOptions } from './connection.js';
export { Pipe } from './pipe.js';
export type { Serializer } from './serializers.js';
