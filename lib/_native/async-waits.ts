import { addon } from './addon.js';
import { Outcome, succeeded } from './outcome.js';

/** How a promise's wait can end early. */
export interface AsyncWaitOptions {
  /** Seconds; less than 0 for ever. */
  seconds?: number;
  signal?: AbortSignal | undefined;
}

type Settle = (outcome: number) => void;

/** What to call when the waiter of that number is settled. 0 is the server's (native). */
const waiters: (Settle | undefined)[] = [undefined];
const freeIds: number[] = [];
const pairs = new Int32Array(1024);

addon.setSettler((count) => {
  // Copied: a settled promise's callback may run before we are through and settle others.
  const settled = pairs.slice(0, 2 * count);
  for (let i = 0; i < settled.length; i += 2) {
    const id = settled[i] as number;
    const settle = waiters[id];
    release(id);
    settle?.(settled[i + 1] as number);
  }
}, pairs);

function claim(settle: Settle): number {
  const id = freeIds.pop() ?? waiters.length;
  waiters[id] = settle;
  return id;
}

function release(id: number): void {
  waiters[id] = undefined;
  freeIds.push(id);
}

/**
 * Enters a waiter without a promise: `settle` is called once, unless the first attempt ends the
 * wait, which is returned instead. No thread is used, and nothing is polled.
 *
 * @param start enters the native waiter under the number that it is given
 * @returns `Outcome.wait` and the number for `cancelWaiter`, or the outcome
 */
export function startWaiter(
  start: (id: number) => number,
  settle: Settle,
): { outcome: number; id: number } {
  const id = claim(settle);
  const outcome = start(id);
  if (outcome !== Outcome.wait) release(id);
  return { outcome, id };
}

/** Takes a waiter back. False if it is already settled. */
export function cancelWaiter(id: number): boolean {
  if (!addon.cancel(id)) return false;
  release(id);
  return true;
}

/**
 * Waits without blocking.
 *
 * @returns true when the wait got what it waited for, false when its time was over
 * @throws the signal's reason, LockAbandonedError
 */
export function waitAsync(
  start: (id: number) => number,
  { seconds = -1, signal }: AsyncWaitOptions = {},
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    const finish = (outcome: number) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      try {
        resolve(succeeded(outcome));
      } catch (error) {
        reject(error);
      }
    };
    const abort = () => {
      if (!cancelWaiter(id)) return;
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const { outcome, id } = startWaiter(start, finish);
    if (outcome !== Outcome.wait) return finish(outcome);
    if (seconds === 0) {
      if (cancelWaiter(id)) finish(Outcome.timedOut);
      return;
    }
    if (seconds > 0) timer = expireIn(seconds);
    signal?.addEventListener('abort', abort, { once: true });

    /** Node's timers hold 24.8 days at most. */
    function expireIn(left: number): NodeJS.Timeout {
      const step = Math.min(left, 2_000_000);
      return setTimeout(() => {
        if (left > step) timer = expireIn(left - step);
        else if (cancelWaiter(id)) finish(Outcome.timedOut);
      }, step * 1000);
    }
  });
}
