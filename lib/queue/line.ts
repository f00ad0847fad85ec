import { cancelWaiter, Outcome, startWaiter } from '../_native/index.js';

/** What an attempt returns that has to be made again later. */
export const NOT_YET = Symbol('not yet');

/** A promise in the line. */
interface Waiter {
  /** Settles the promise, if it can now. */
  attempt(): boolean;
  before: Waiter | undefined;
  after: Waiter | undefined;
}

/**
 * Promises that wait for the same thing in one thread, first come, first served. However many they
 * are, they are one waiter to the addon, and each change of the queue is one look at the first.
 */
export class Line {
  #first: Waiter | undefined;
  #last: Waiter | undefined;
  /** The number of the native waiter, while there is one. */
  #id: number | undefined;
  /** An attempt may run code of the user's, which may come back here. */
  #isServing = false;

  /** @param start enters a native waiter that is done when an attempt may succeed */
  constructor(readonly start: (id: number) => number) {}

  /**
   * Waits until an attempt succeeds.
   *
   * @param attempt returns NOT_YET where it has to wait on
   * @param seconds less than 0: for ever
   * @param expired makes the error when the time is over
   */
  wait<T>(
    attempt: () => T | PromiseLike<T> | typeof NOT_YET,
    seconds: number,
    signal: AbortSignal | undefined,
    expired: () => Error,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      signal?.throwIfAborted();
      // Whoever comes while others wait is served after them; who does not wait cannot be.
      if (this.#first === undefined || seconds === 0) {
        const result = attempt();
        if (result !== NOT_YET) return resolve(result);
        if (seconds === 0) throw expired();
      }

      let timer: NodeJS.Timeout | undefined;
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      const giveUp = (error: unknown) => {
        this.#remove(waiter);
        finish();
        reject(error);
      };
      const abort = () => giveUp(signal?.reason);
      const waiter: Waiter = {
        attempt() {
          try {
            const result = attempt();
            if (result === NOT_YET) return false;
            resolve(result);
          } catch (error) {
            reject(error);
          }
          finish();
          return true;
        },
        before: undefined,
        after: undefined,
      };
      this.#append(waiter);
      signal?.addEventListener('abort', abort, { once: true });
      if (seconds > 0) expireIn(seconds);
      this.#watch();

      /** Node's timers hold 24.8 days at most. */
      function expireIn(left: number): void {
        const step = Math.min(left, 2_000_000);
        timer = setTimeout(() => {
          if (left > step) expireIn(left - step);
          else giveUp(expired());
        }, step * 1000);
      }
    });
  }

  /** Enters the native waiter. Where there is something by now, it is served at once. */
  #watch(): void {
    while (this.#first !== undefined && this.#id === undefined && !this.#isServing) {
      const { outcome, id } = startWaiter(this.start, () => {
        this.#id = undefined;
        this.#serve();
        this.#watch();
      });
      if (outcome === Outcome.wait) this.#id = id;
      if (outcome !== Outcome.done) return;
      this.#serve();
    }
  }

  #serve(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    try {
      for (;;) {
        const waiter = this.#first;
        if (!waiter?.attempt()) return;
        this.#remove(waiter);
      }
    } finally {
      this.#isServing = false;
    }
  }

  #append(waiter: Waiter): void {
    waiter.before = this.#last;
    if (this.#last) this.#last.after = waiter;
    else this.#first = waiter;
    this.#last = waiter;
  }

  #remove(waiter: Waiter): void {
    if (waiter.before) waiter.before.after = waiter.after;
    else if (this.#first === waiter) this.#first = waiter.after;
    if (waiter.after) waiter.after.before = waiter.before;
    else if (this.#last === waiter) this.#last = waiter.before;
    waiter.before = undefined;
    waiter.after = undefined;
    // Nobody is left for whom the loop should go on. If it is settled by now, it finds nobody.
    if (this.#first === undefined && this.#id !== undefined && cancelWaiter(this.#id)) {
      this.#id = undefined;
    }
  }
}
