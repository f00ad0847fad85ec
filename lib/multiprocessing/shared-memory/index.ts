/**
 * Memory that threads and processes share, of heddle's and of CPython's programs alike.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.shared_memory.html
 * @module
 */
export type { Shareable } from './shareable-item.js';
export { ShareableList, type ShareableListOptions } from './shareable-list.js';
export { SharedMemory, type SharedMemoryOptions } from './shared-memory.js';
