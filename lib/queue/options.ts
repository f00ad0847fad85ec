import { checkBoolean, checkOptions, toSeconds, wrongType } from '../_internal/index.js';
import { ValueError } from '../errors.js';
import { transfer } from '../pickle/index.js';

/** Options of `get()`. */
export interface GetOptions {
  /** False: do not wait; a time-out is then ignored. Default true. */
  block?: boolean;
  /** Seconds; left out or null: for ever. */
  timeout?: number | null;
}

/** Options of `put()`. */
export interface PutOptions extends GetOptions {
  /** Buffers in the item (or views of them) to be given away instead of copied. */
  transfer?: readonly (ArrayBuffer | ArrayBufferView)[];
}

/** Options of `getAsync()`. */
export interface GetAsyncOptions {
  /** Seconds; left out or null: for ever. */
  timeout?: number | null;
  /** Gives the waiting up; the promise is rejected with its reason. */
  signal?: AbortSignal;
}

/** Options of `putAsync()`. */
export interface PutAsyncOptions extends GetAsyncOptions {
  /** Buffers in the item (or views of them) to be given away instead of copied. */
  transfer?: readonly (ArrayBuffer | ArrayBufferView)[];
}

export const GET = ['block', 'timeout'] as const;
export const PUT = ['block', 'timeout', 'transfer'] as const;
export const GET_ASYNC = ['timeout', 'signal'] as const;
export const PUT_ASYNC = ['timeout', 'signal', 'transfer'] as const;

/** What is passed by position, `(block, timeout)`, or as one object. */
export function waitOptions<T extends GetOptions>(
  block: boolean | T | undefined,
  timeout: number | null | undefined,
  known: readonly (keyof T & string)[],
): T {
  if (typeof block === 'object') return checkOptions(block, known);
  return { block, timeout } as T;
}

/**
 * Seconds to wait, for the addon.
 *
 * @param checkNegative called for a time-out below zero; returns what it means
 * @throws TypeError, ValueError (NaN), OverflowError
 */
export function secondsOf(
  { block = true, timeout }: GetOptions,
  checkNegative: () => number = refuseNegative,
): number {
  checkBoolean('block', block);
  if (timeout !== undefined && timeout !== null && typeof timeout !== 'number') {
    throw wrongType('timeout', 'a number of seconds', timeout);
  }
  if (!block) return 0;
  if (typeof timeout === 'number' && timeout < 0) return checkNegative();
  return toSeconds(timeout);
}

export function refuseNegative(): never {
  throw new ValueError("'timeout' must be a non-negative number");
}

/** The item as it is sent. */
export function given(item: unknown, options: PutOptions): unknown {
  return options.transfer ? transfer(item, options.transfer) : item;
}
