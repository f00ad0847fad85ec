/**
 * What a file in compare/ or micro/ exports as its default, and what it is made of.
 *
 * A side is opened once per row, in the row's own process, warmed, measured in several rounds and
 * closed. Opening is not timed.
 *
 * @typedef {object} TimedSide
 * @property {number} ops how many operations one `run()` is
 * @property {() => void | Promise<void>} run does them and checks their result; throws if it is wrong
 * @property {string} [note] a setting that was chosen when the side was opened
 * @property {() => unknown} [close]
 *
 * @typedef {object} MeasuringSide A side that runs elsewhere, warms itself up and times itself.
 * @property {() => number | Promise<number>} measure seconds per operation
 * @property {string} [note]
 * @property {() => unknown} [close]
 *
 * @typedef {TimedSide | MeasuringSide} Side
 *
 * @typedef {object} Bar
 * @property {'at least' | 'at most'} kind `at least`: the peer's time over heddle's, so 5 is five
 *   times faster; `at most`: heddle's time over the peer's
 * @property {number} times
 *
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} unit what one operation is, singular
 * @property {Record<string, Bar>} [bar] by the peer's name; a peer without one is for information
 * @property {Record<string, () => Side | Promise<Side>>} sides `heddle` first; the others are
 *   compared with it
 * @property {number} [seconds] how long a side is measured per round at least; default 0.3
 * @property {number} [rounds] default 7
 * @property {number} [limit] seconds after which the row's process is killed; default 120
 */

/**
 * heddle is `times` times as fast, or faster.
 *
 * @param {number} times
 * @returns {Bar}
 */
export function atLeast(times) {
  return { kind: 'at least', times };
}

/**
 * heddle takes `times` times as long, or less.
 *
 * @param {number} times
 * @returns {Bar}
 */
export function atMost(times) {
  return { kind: 'at most', times };
}

/** Thrown by a side that cannot run here; the message says why. */
export class Skip extends Error {}

/**
 * Throws if a side has not done its work.
 *
 * @param {string} what
 * @param {unknown} got
 * @param {unknown} expected
 */
export function check(what, got, expected) {
  if (got !== expected) throw new Error(`${what}: ${got} instead of ${expected}`);
}
