import { inspect } from 'node:util';
import { checkFunction, checkOptions, Deadline, toSeconds } from '../../_internal/index.js';
import { RuntimeError, TimeoutError } from '../../errors.js';
import { CancelledError, InvalidStateError } from './errors.js';

type State = 'PENDING' | 'RUNNING' | 'CANCELLED' | 'CANCELLED_AND_NOTIFIED' | 'FINISHED';

/** Who brings a future's result about: the executor. */
export interface Driver {
  /** Whether a worker has taken the task. */
  isRunning(future: Future): boolean;
  /** Takes the task back. False if a worker has it. */
  revoke(future: Future): boolean;
  /**
   * Blocks until at least one answer has come and handles what has come.
   *
   * @param seconds at most; less than 0 for ever
   * @returns false when the time was over
   */
  pump(seconds: number): boolean;
}

/** Options of the methods that wait without blocking. */
export interface ResultAsyncOptions {
  /** Seconds; left out or null: for ever. */
  timeout?: number | null;
  /** Gives the waiting up; the promise is rejected with its reason. The task goes on. */
  signal?: AbortSignal;
}

/**
 * The result of a call that is made elsewhere. It is a promise, too: `await future` is its result.
 * Unlike with other promises, an error that nobody looks at is not reported. It belongs to the thread that made it and does not travel.
 *
 * @see https://docs.python.org/3.13/library/concurrent.futures.html#future-objects
 */
export class Future<T = unknown> extends Promise<T> {
  #state: State = 'PENDING';
  #value: T | undefined;
  /** In a box, since `undefined` can be thrown, too. */
  #error: { thrown: unknown } | undefined;
  #callbacks: ((future: Future<T>) => void)[] | undefined;
  #driver: Driver | undefined;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  /** @internal The task's place among the driver's. */
  readonly slot: number;
  /** @internal The task's position in the driver's channel. */
  position = 0;

  /** For tests; otherwise an executor makes futures, and is their `driver`. */
  constructor(driver?: Driver, slot = -1) {
    let resolve: (value: T) => void = ignore;
    let reject: (error: unknown) => void = ignore;
    super((onResult, onError) => {
      resolve = onResult;
      reject = onError;
    });
    this.#resolve = resolve;
    this.#reject = reject;
    this.#driver = driver;
    this.slot = slot;
  }

  /**
   * Cancels the call, if it has not begun.
   *
   * @returns false if it is running or has finished
   */
  cancel(): boolean {
    if (this.#state === 'FINISHED') return false;
    if (this.cancelled()) return true;
    if (this.#state === 'RUNNING' || (this.#driver && !this.#driver.revoke(this as Future))) {
      return false;
    }
    this.#state = 'CANCELLED';
    this.#finish();
    return true;
  }

  /** Whether the call was cancelled. */
  cancelled(): boolean {
    return this.#state === 'CANCELLED' || this.#state === 'CANCELLED_AND_NOTIFIED';
  }

  /** Whether the call is being made and cannot be cancelled any more. */
  running(): boolean {
    if (this.#state === 'RUNNING') return true;
    return this.#state === 'PENDING' && (this.#driver?.isRunning(this as Future) ?? false);
  }

  /** Whether the call was cancelled or has finished. */
  done(): boolean {
    return this.#state !== 'PENDING' && this.#state !== 'RUNNING';
  }

  /**
   * The result, waiting for it if need be. **Blocks this thread**, its event loop included; in a
   * server use `await future`.
   *
   * @param timeout seconds to wait at most; null or left out: for ever
   * @throws what the call threw, with the stack of where it was thrown in its cause;
   *   CancelledError; TimeoutError; KeyboardInterrupt (main thread)
   */
  result(timeout?: number | null): T {
    this.#wait(toSeconds(timeout));
    if (this.cancelled()) throw new CancelledError();
    if (this.#error !== undefined) throw this.#error.thrown;
    return this.#value as T;
  }

  /**
   * What the call threw, or null, waiting if need be. **Blocks this thread.**
   *
   * @param timeout seconds to wait at most; null or left out: for ever
   * @throws CancelledError, TimeoutError, KeyboardInterrupt (main thread)
   */
  exception(timeout?: number | null): unknown {
    this.#wait(toSeconds(timeout));
    if (this.cancelled()) throw new CancelledError();
    return this.#error === undefined ? null : this.#error.thrown;
  }

  #wait(seconds: number): void {
    if (this.done()) return;
    if (!this.#driver) {
      throw new RuntimeError('this future would never be done while its thread is blocked');
    }
    const deadline = new Deadline(seconds);
    while (!this.done()) {
      if (!this.#driver.pump(deadline.left)) throw new TimeoutError('the result is not there yet');
    }
  }

  /** As `result()`, without blocking, with a time-out. */
  async resultAsync(options?: ResultAsyncOptions): Promise<T> {
    await this.#waitAsync(options);
    return this.result(0);
  }

  /** As `exception()`, without blocking. */
  async exceptionAsync(options?: ResultAsyncOptions): Promise<unknown> {
    await this.#waitAsync(options);
    return this.exception(0);
  }

  #waitAsync(options?: ResultAsyncOptions): Promise<void> {
    const { timeout, signal } = checkOptions(options, ['timeout', 'signal']);
    const seconds = toSeconds(timeout);
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const end = (settle: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        settle();
      };
      const abort = () => end(() => reject(signal?.reason));
      const expire = () => end(() => reject(new TimeoutError('the result is not there yet')));
      // Beyond Node's longest timer there is no need for one.
      const timer = seconds < 0 || seconds > 2e6 ? undefined : setTimeout(expire, seconds * 1000);
      signal?.addEventListener('abort', abort, { once: true });
      this.addDoneCallback(() => end(resolve));
    });
  }

  /**
   * Calls `fn` with the future when it is done: at once if it is, else in the order in which
   * callbacks were added, in this thread. What a callback throws is printed and ignored.
   */
  addDoneCallback(fn: (future: this) => void): void {
    checkFunction('fn', fn);
    const callback = fn as (future: Future<T>) => void;
    if (this.done()) {
      this.#call(callback);
    } else {
      this.#callbacks ??= [];
      this.#callbacks.push(callback);
    }
  }

  #call(fn: (future: Future<T>) => void): void {
    try {
      fn(this);
    } catch (error) {
      const text = error instanceof Error ? error.stack : String(error);
      process.stderr.write(`exception calling callback for ${inspect(this)}\n${text}\n`);
    }
  }

  /**
   * For executors: the call begins now. False if it was cancelled.
   *
   * @throws RuntimeError in another state
   */
  setRunningOrNotifyCancel(): boolean {
    if (this.#state === 'CANCELLED') {
      this.#state = 'CANCELLED_AND_NOTIFIED';
      return false;
    }
    if (this.#state !== 'PENDING') throw new RuntimeError('Future in unexpected state');
    this.#state = 'RUNNING';
    return true;
  }

  /**
   * For executors and tests.
   *
   * @throws InvalidStateError if it is done
   */
  setResult(value: T): void {
    if (this.done()) throw this.#invalidState();
    this.#value = value;
    this.#state = 'FINISHED';
    this.#finish();
  }

  /**
   * For executors and tests.
   *
   * @throws InvalidStateError if it is done
   */
  setException(error: unknown): void {
    if (this.done()) throw this.#invalidState();
    this.#error = { thrown: error };
    this.#state = 'FINISHED';
    this.#finish();
  }

  #invalidState(): InvalidStateError {
    return new InvalidStateError(`${this.#state}: ${inspect(this)}`);
  }

  #finish(): void {
    this.#driver = undefined;
    if (this.#error === undefined && !this.cancelled()) {
      this.#resolve(this.#value as T);
    } else {
      this.#reject(this.#error === undefined ? new CancelledError() : this.#error.thrown);
      // As in Python, an error that nobody asks for is nobody's concern.
      super.then(undefined, ignore);
    }
    const callbacks = this.#callbacks;
    if (callbacks === undefined) return;
    this.#callbacks = undefined;
    for (const fn of callbacks) this.#call(fn);
  }

  [inspect.custom](): string {
    const state = this.running() ? 'running' : this.#state.toLowerCase();
    if (this.#state !== 'FINISHED') return `<Future state=${state}>`;
    const kind = (value: unknown) =>
      (value as object | null | undefined)?.constructor?.name ?? String(value);
    if (this.#error === undefined) return `<Future state=finished returned ${kind(this.#value)}>`;
    return `<Future state=finished raised ${kind(this.#error.thrown)}>`;
  }
}

// To `await` and Promise.all() a future is a plain promise, which they take as it is. As an object of
// another class they would wrap it into two more, three times the cost of a short task.
Object.defineProperty(Future.prototype, 'constructor', { value: Promise });

function ignore(): void {}
