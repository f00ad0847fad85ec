import { inspect } from 'node:util';
import { checkOptions, Holdable } from '../_internal/index.js';
import { cellOf, holderIn, type NativeLock } from '../_native/index.js';
import { RuntimeError } from '../errors.js';
import { registerTraveller } from '../pickle/index.js';
import {
  type AcquireAsyncOptions,
  type AcquireOptions,
  acquireSeconds,
  adopt,
  HOLDER_BITS,
  Lock,
  type LockOrigin,
  ownerReleases,
} from './lock.js';

/**
 * Where the owner counts how often it has acquired the lock again, after the lock's own word and that
 * of its listeners (native/core/cell.h).
 */
export const AGAIN = 2;

/**
 * A lock that its owner may acquire again: it is free for others when it was released as often as it
 * was acquired. Only the thread that owns it may release it. Shared by every thread that it is passed
 * to.
 *
 * Whoever runs in a thread is that thread: asynchronous functions of one thread do not exclude each
 * other.
 *
 * Differs from CPython: if the owner is killed, waiters get `LockAbandonedError` instead of waiting
 * for ever, until somebody calls `recover()`. An `acquire()` without a time-out that would close a
 * circle of threads which wait for each other throws `DeadlockError`.
 *
 * @see https://docs.python.org/3.13/library/threading.html#rlock-objects
 */
export class RLock extends Holdable {
  readonly #lock: Lock;
  readonly #words: Int32Array;
  readonly #first: number;
  readonly #shared: boolean;

  constructor(from?: LockOrigin) {
    super();
    this.#lock = new Lock({ ...from, [ownerReleases]: true });
    const native = this.#lock[adopt];
    this.#shared = native.shared;
    const { words, first } = cellOf(native);
    this.#words = words;
    this.#first = first;
  }

  /**
   * Acquires the lock, at once where this thread owns it, else waiting for it if need be. **Blocks
   * this thread**, its event loop included; in a server use `acquireAsync()`.
   *
   * @param blocking false: do not wait
   * @param timeout seconds to wait at most; -1, null or left out: for ever
   * @returns whether the lock was acquired
   * @throws ValueError for a time-out with `blocking` false, or less than 0 (except -1);
   *   OverflowError above TIMEOUT_MAX; LockAbandonedError; DeadlockError; KeyboardInterrupt (main
   *   thread)
   */
  acquire(blocking: boolean, timeout?: number | null): boolean;
  acquire(options?: AcquireOptions): boolean;
  acquire(blocking?: boolean | AcquireOptions, timeout?: number | null): boolean {
    const seconds = blocking === undefined ? -1 : this.toSeconds(blocking, timeout);
    // As Lock does: one compare-and-swap for a lock that is free.
    const self = holderIn(this.#shared);
    const seen = Atomics.compareExchange(this.#words, this.#first, 0, self);
    if (seen === 0) return true;
    if ((seen & HOLDER_BITS) !== self) return this.#acquireWithin(seconds);
    this.#again++;
    return true;
  }

  /**
   * As `acquire()`, without blocking: the thread's event loop goes on.
   *
   * @returns whether the lock was acquired
   * @throws ValueError, OverflowError, LockAbandonedError, the signal's reason
   */
  async acquireAsync(options?: AcquireAsyncOptions): Promise<boolean> {
    const { timeout, signal } = checkOptions(options, ['timeout', 'signal']);
    const seconds = this.toSeconds(true, timeout);
    if (!this.#isOwned()) {
      return this.#lock.acquireAsync({ timeout: seconds, ...(signal && { signal }) });
    }
    signal?.throwIfAborted();
    this.#again++;
    return true;
  }

  /**
   * Releases the lock once. Never blocks.
   *
   * @throws RuntimeError if this thread does not own it
   */
  release(): void {
    if (!this.#isOwned()) throw this.notOwned();
    if (this.#again !== 0) {
      this.#again--;
      return;
    }
    const self = holderIn(this.#shared);
    if (Atomics.compareExchange(this.#words, this.#first, self, 0) !== self) this.#lock.release();
  }

  /**
   * Makes a lock free whose owner has died. Whoever calls this vouches for what it guards.
   *
   * Beyond CPython.
   *
   * @returns whether it was abandoned
   */
  recover(): boolean {
    return this.#lock.recover();
  }

  #acquireWithin(seconds: number): boolean {
    if (seconds < 0) return this.#lock.acquire();
    return seconds === 0 ? this.#lock.acquire(false) : this.#lock.acquire(true, seconds);
  }

  /** @internal What the arguments of an acquire say; `multiprocessing` reads them otherwise. */
  protected toSeconds(blocking?: boolean | AcquireOptions, timeout?: number | null): number {
    return acquireSeconds(blocking, timeout);
  }

  /** @internal */
  protected notOwned(): Error {
    return new RuntimeError('cannot release un-acquired lock');
  }

  #isOwned(): boolean {
    return this.#owner === holderIn(this.#shared);
  }

  get #owner(): number {
    return Atomics.load(this.#words, this.#first) & HOLDER_BITS;
  }

  /** Nobody else changes the count, nor who holds the lock, while it is this thread. */
  get #again(): number {
    return this.#words[this.#first + AGAIN] as number;
  }
  set #again(times: number) {
    this.#words[this.#first + AGAIN] = times;
  }

  /** @internal The lock's native side. */
  get [adopt](): NativeLock {
    return this.#lock[adopt];
  }

  [inspect.custom](): string {
    const owner = this.#owner;
    const count = owner === 0 ? 0 : this.#again + 1;
    const state = owner === 0 ? 'unlocked' : 'locked';
    return `<${state} heddle.RLock ${this[adopt].number} owner=${owner} count=${count}>`;
  }

  static {
    registerTraveller(RLock, {
      name: 'RLock',
      give: (lock) => ({ native: lock[adopt] }),
      take: (native) => new RLock({ [adopt]: native as NativeLock }),
    });
  }
}
