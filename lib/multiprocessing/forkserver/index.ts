/**
 * A process that has Node booted and heddle loaded, and makes copies of itself: the start method
 * `forkserver`.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#contexts-and-start-methods
 * @module
 */
export { ensureRunning, ensureRunningAsync } from './ensure-running.js';
