import { isThenable } from '../../_internal/index.js';
import { TaskShape } from './protocol.js';

export type AnyFunction = (...args: unknown[]) => unknown;

/** A chunk's error, and the results of the items before it. */
export class ChunkError extends Error {
  constructor(
    error: unknown,
    readonly results: unknown[],
  ) {
    super('an item of a chunk failed', { cause: error });
  }
}

/** Makes the call, or the chunk of calls, that a task asks for. */
export function call(fn: AnyFunction, shape: number, payload: unknown): unknown {
  switch (shape) {
    case TaskShape.none:
      return fn();
    case TaskShape.one:
      return fn(payload);
    case TaskShape.many:
      return fn(...(payload as unknown[]));
    case TaskShape.chunk:
      return callEach((item) => fn(item), payload as unknown[], []);
    default:
      return callEach((item) => fn(...(item as unknown[])), payload as unknown[], []);
  }
}

/** Goes through a chunk; from the first promise on asynchronously, one item after another. */
function callEach(
  fn: (item: unknown) => unknown,
  items: unknown[],
  results: unknown[],
): unknown[] | Promise<unknown[]> {
  try {
    for (let i = results.length; i < items.length; i++) {
      const result = fn(items[i]);
      if (isThenable(result)) return callRest(fn, items, results, result);
      results.push(result);
    }
  } catch (error) {
    throw new ChunkError(error, results);
  }
  return results;
}

async function callRest(
  fn: (item: unknown) => unknown,
  items: unknown[],
  results: unknown[],
  pending: PromiseLike<unknown>,
): Promise<unknown[]> {
  try {
    results.push(await pending);
  } catch (error) {
    throw new ChunkError(error, results);
  }
  return callEach(fn, items, results);
}
