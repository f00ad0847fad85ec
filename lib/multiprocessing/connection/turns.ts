import { cancelWaiter, Outcome, startWaiter } from '../../_native/index.js';

/** What a promise attempts each time that its connection is ready. */
export interface Turn<T> {
  /** Undefined: not yet. */
  attempt(): { value: T } | undefined;
  /** Whether it cannot be taken back any more. */
  hasBegun?(): boolean;
}

interface Waiting {
  turn: Turn<unknown>;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/**
 * The promises of one thread that wait for one direction of a connection, in the order in which they
 * came. There is one native waiter for all, and only while somebody waits.
 */
export class Turns {
  readonly #line: Waiting[] = [];
  readonly #enter: (id: number) => number;
  #waiter: number | undefined;
  #isAttempting = false;

  /** @param enter enters the native waiter: Outcome */
  constructor(enter: (id: number) => number) {
    this.#enter = enter;
  }

  get isEmpty(): boolean {
    return this.#line.length === 0;
  }

  /**
   * Waits for its turn, and then until its attempt succeeds.
   *
   * @throws what the attempt throws; the signal's reason, also where a turn that has begun goes on
   */
  take<T>(turn: Turn<T>, signal?: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = () => {
        if (!turn.hasBegun?.()) this.#leave(waiting);
        reject(signal?.reason);
      };
      const settled = () => signal?.removeEventListener('abort', abort);
      const waiting: Waiting = {
        turn,
        resolve(value) {
          settled();
          resolve(value as T);
        },
        reject(reason) {
          settled();
          reject(reason);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#line.push(waiting);
      if (this.#line.length === 1) this.#goOn();
    });
  }

  /** Ends all waits with this error, but for an attempt that is under way: that knows better why. */
  end(error: () => Error): void {
    this.#stopWaiting();
    for (const { reject } of this.#line.splice(this.#isAttempting ? 1 : 0)) reject(error());
  }

  #leave(waiting: Waiting): void {
    const at = this.#line.indexOf(waiting);
    if (at < 0) return;
    this.#line.splice(at, 1);
    if (this.#line.length === 0) this.#stopWaiting();
    else if (at === 0) this.#goOn();
  }

  #stopWaiting(): void {
    if (this.#waiter !== undefined) cancelWaiter(this.#waiter);
    this.#waiter = undefined;
  }

  #goOn(): void {
    if (this.#waiter !== undefined) return;
    for (let first = this.#line[0]; first; first = this.#line[0]) {
      try {
        const done = this.#attempt(first);
        if (done) {
          this.#line.shift();
          first.resolve(done.value);
        } else if (this.#wait()) {
          return;
        }
      } catch (error) {
        this.#line.shift();
        first.reject(error);
      }
    }
  }

  #attempt({ turn }: Waiting): { value: unknown } | undefined {
    this.#isAttempting = true;
    try {
      return turn.attempt();
    } finally {
      this.#isAttempting = false;
    }
  }

  /** False if it is ready already. */
  #wait(): boolean {
    const { outcome, id } = startWaiter(this.#enter, () => {
      this.#waiter = undefined;
      this.#goOn();
    });
    if (outcome === Outcome.wait) this.#waiter = id;
    return outcome !== Outcome.done;
  }
}
