import { inspect } from 'node:util';
import {
  checkFunction,
  checkInteger,
  checkOptions,
  Deadline,
  Holdable,
  isThenable,
  toSeconds,
  wrongType,
} from '../_internal/index.js';
import {
  addon,
  cellOf,
  holderIn,
  type NativeCondition,
  succeeded,
  waitAsync,
} from '../_native/index.js';
import {
  type AcquireAsyncOptions,
  type AcquireOptions,
  AGAIN,
  adopt,
  HOLDER_BITS,
  Lock,
  RLock,
} from '../_thread/index.js';
import { RuntimeError } from '../errors.js';
import { registerTraveller } from '../pickle/index.js';
import type { WaitAsyncOptions } from './event.js';

/** The words of the first waiter's link (native/core/waiter_list.h): 0 where nobody waits. */
const HEAD = 2;
/** As many as the addon counts. */
const EVERYBODY = 0xffff_ffff;

/** @internal The two sides of a condition that has come from elsewhere. */
export interface ConditionParts {
  readonly [adopt]: NativeCondition;
  readonly lock: Lock | RLock;
}

/**
 * Lets threads that hold a lock wait until another one, with the same lock, tells them that something
 * has changed. Shared by every thread that it is passed to. Those who wait are notified in the order
 * in which they came.
 *
 * A promise of `waitAsync()` waits in the same line as a thread in `wait()`.
 *
 * Differs from CPython: a killed waiter is not in the line any more, so that a notification is never
 * lost to it.
 *
 * @example
 * const ready = new Condition();
 * { using held = ready.hold(); ready.waitFor(() => count[0] > 0); … }
 *
 * @see https://docs.python.org/3.13/library/threading.html#condition-objects
 */
export class Condition extends Holdable {
  readonly #lock: Lock | RLock;
  readonly #native: NativeCondition;
  readonly #words: Int32Array;
  readonly #head: number;
  readonly #lockWords: Int32Array;
  readonly #lockFirst: number;

  /**
   * @param lock what the condition is used with; a new RLock if left out
   * @throws TypeError if it is no Lock or RLock
   */
  constructor(lock?: Lock | RLock | null | ConditionParts) {
    super();
    if (lock !== undefined && lock !== null && !isLock(lock) && !isParts(lock)) {
      throw wrongType('lock', 'a Lock or RLock', lock);
    }
    const parts = lock && !isLock(lock) ? lock : undefined;
    this.#lock = parts?.lock ?? (lock as Lock | RLock | null | undefined) ?? new RLock();
    const native = this.#lock[adopt];
    this.#native = parts?.[adopt] ?? addon.createCondition(native.shared);
    const cell = cellOf(this.#native);
    this.#words = cell.words;
    this.#head = cell.first + HEAD;
    const locks = cellOf(native);
    this.#lockWords = locks.words;
    this.#lockFirst = locks.first;
  }

  /** As the lock's `acquire()`. **Blocks this thread.** */
  acquire(blocking: boolean, timeout?: number | null): boolean;
  acquire(options?: AcquireOptions): boolean;
  acquire(blocking?: boolean | AcquireOptions, timeout?: number | null): boolean {
    return this.#lock.acquire(blocking as boolean, timeout);
  }

  /** As the lock's `acquireAsync()`. */
  acquireAsync(options?: AcquireAsyncOptions): Promise<boolean> {
    return this.#lock.acquireAsync(options);
  }

  /** As the lock's `release()`. */
  release(): void {
    this.#lock.release();
  }

  /**
   * Releases the lock, however often it was acquired, waits until notified, and acquires it as often
   * again. **Blocks this thread**, its event loop included; in a server use `waitAsync()`.
   *
   * @param timeout seconds to wait at most for a notification; less than 0 is 0; null or left out:
   *   for ever
   * @returns whether it was notified in time
   * @throws RuntimeError if the lock is not held; KeyboardInterrupt (main thread), with the lock held
   *   again; LockAbandonedError, without the lock
   */
  wait(timeout?: number | null): boolean {
    const seconds = toSeconds(timeout);
    this.#checkOwned('wait on');
    return succeeded(this.#native.wait(this.#lock[adopt], seconds));
  }

  /**
   * As `wait()`, without blocking. Also when it is rejected, the lock is held again.
   *
   * Several async functions of one thread own an RLock together, and the first that waits gives it up
   * for all of them: where they wait at one condition, make it with a plain Lock.
   *
   * @throws RuntimeError if the lock is not held; the signal's reason; LockAbandonedError
   */
  async waitAsync(options?: WaitAsyncOptions): Promise<boolean> {
    const { timeout, signal } = checkOptions(options, ['timeout', 'signal']);
    const seconds = toSeconds(timeout);
    this.#checkOwned('wait on');
    signal?.throwIfAborted();
    const waiter = this.#native.createWaiter();
    waiter.enter();
    let acts = false;
    try {
      const again = this.#releaseAll();
      let notified = false;
      try {
        await waitAsync((id) => waiter.waitAsync(id), { seconds, signal });
      } finally {
        notified = waiter.withdraw();
        await this.#lock.acquireAsync();
        this.#addAgain(again);
      }
      acts = true;
      return notified;
    } finally {
      // Only now, since the process may be killed while it waits for the lock. Whoever goes on with
      // an error does not act upon the notification: another one may.
      waiter.end(acts);
    }
  }

  /**
   * Waits until `predicate` returns what is true; it is called with the lock held, at first and
   * after each notification. **Blocks this thread.**
   *
   * @param timeout seconds to wait at most; null or left out: for ever
   * @returns what `predicate` has returned last
   * @throws what `wait()` and `predicate` throw; TypeError if it returns a promise
   */
  waitFor<T>(predicate: () => T, timeout?: number | null): T {
    checkFunction('predicate', predicate);
    const deadline = new Deadline(toSeconds(timeout));
    for (;;) {
      const result = predicate();
      if (isThenable(result)) {
        throw new TypeError('the predicate returned a promise; use waitForAsync()');
      }
      const { left } = deadline;
      if (result || left === 0) return result;
      this.wait(left < 0 ? null : left);
    }
  }

  /** As `waitFor()`, without blocking. The predicate may be async. */
  async waitForAsync<T>(predicate: () => T, options?: WaitAsyncOptions): Promise<Awaited<T>> {
    checkFunction('predicate', predicate);
    const { timeout, signal } = checkOptions(options, ['timeout', 'signal']);
    const deadline = new Deadline(toSeconds(timeout));
    for (;;) {
      const result = await predicate();
      const { left } = deadline;
      if (result || left === 0) return result;
      await this.waitAsync({ timeout: left < 0 ? null : left, ...(signal && { signal }) });
    }
  }

  /**
   * Wakes those who wait longest. They go on when the lock is free. Never blocks.
   *
   * @param n how many at most
   * @throws RuntimeError if the lock is not held
   */
  notify(n = 1): void {
    checkInteger('n', n);
    this.#notify(Math.min(n, EVERYBODY));
  }

  /**
   * Wakes all who wait. Never blocks.
   *
   * @throws RuntimeError if the lock is not held
   */
  notifyAll(): void {
    this.#notify(EVERYBODY);
  }

  #notify(count: number): void {
    this.#checkOwned('notify on');
    // Whoever comes needs the lock, which we hold.
    const isEmpty = this.#words[this.#head] === 0 && this.#words[this.#head + 1] === 0;
    if (!isEmpty && count > 0) this.#native.notify(count);
  }

  /** @throws RuntimeError. As in Python, anybody's holding of a plain Lock will do. */
  #checkOwned(what: 'wait on' | 'notify on'): void {
    const holder = Atomics.load(this.#lockWords, this.#lockFirst) & HOLDER_BITS;
    const isOwned =
      this.#lock instanceof RLock ? holder === holderIn(this.#lock[adopt].shared) : holder !== 0;
    if (!isOwned) throw this.notOwned(what);
  }

  /** @internal */
  protected notOwned(what: 'wait on' | 'notify on'): Error {
    return new RuntimeError(`cannot ${what} un-acquired lock`);
  }

  #releaseAll(): number {
    const at = this.#lockFirst + AGAIN;
    const again = this.#lockWords[at] as number;
    this.#lockWords[at] = 0;
    this.#lock.release();
    return again;
  }

  /** Another async function of this thread may hold the lock meanwhile: this one's come on top. */
  #addAgain(again: number): void {
    const at = this.#lockFirst + AGAIN;
    this.#lockWords[at] = (this.#lockWords[at] as number) + again;
  }

  /** @internal The condition's native side. */
  get [adopt](): NativeCondition {
    return this.#native;
  }

  /** @internal */
  get lock(): Lock | RLock {
    return this.#lock;
  }

  [inspect.custom](): string {
    return `<Condition(${inspect(this.#lock)})>`;
  }

  static {
    registerTraveller(Condition, {
      name: 'Condition',
      give: (condition) => ({ native: condition[adopt] }),
      parts: (condition) => [condition.lock],
      take: (native, _, [lock]) =>
        new Condition({ [adopt]: native as NativeCondition, lock: lock as Lock | RLock }),
    });
  }
}

function isLock(value: object): value is Lock | RLock {
  return value instanceof Lock || value instanceof RLock;
}

function isParts(value: object): value is ConditionParts {
  return adopt in value && 'lock' in value;
}
