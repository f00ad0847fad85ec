/**
 * What an executor and its workers say to each other. Words `a` and `b` travel beside a payload.
 *
 * @module
 */

/** Tasks: `a` is the future's slot, `b` the function's number, and the payload … */
export const TaskShape = {
  /** … is nothing: no arguments. */
  none: 0,
  /** … is the only argument. */
  one: 1,
  /** … is the array of arguments. */
  many: 2,
  /** … is an array of first arguments: call the function with each, answer with an array. */
  chunk: 3,
  /** … is an array of arrays of arguments, likewise. */
  chunkOfMany: 4,
} as const;

/**
 * Added to a task's shape where the function has captured variables that are plain trees: the payload
 * is `[captured values, payload]`.
 */
export const CAPTURES = 8;

/**
 * The same where they are not, or lead to something that the arguments lead to, too: the payload is
 * `[function, payload]`, and there is no number.
 */
export const CLOSURE = 16;
const CALL = 7;

/** The task's own shape. */
export function callShape(shape: number): number {
  return shape & CALL;
}

/** Answers: `a` is the future's slot, or the worker's number; `b` the worker's number. */
export const AnswerShape = {
  /** The payload is the result. */
  result: 0,
  /** The payload is the error. */
  error: 1,
  /** The payload is the array of a chunk's results. */
  chunkResult: 2,
  /** The payload is `[error, results before it]`: a chunk that failed in the middle. */
  chunkError: 3,
  /** The worker's initializer failed; the payload is the error. */
  initializerFailed: 4,
  /** The worker `a` has done its share of tasks, and ends. */
  retired: 5,
  /** The worker `a` is gone (native: SetLastWords): a thread by force, a process anyhow. */
  died: 6,
} as const;
