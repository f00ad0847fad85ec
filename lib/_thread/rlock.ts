import { inspect } from 'node:util';
import { checkOptions, Holdable } from '../_internal/index.js';
import {
  addon,
  cellOf,
  holder,
  type NativeLock,
  sharedHolder,
  succeeded,
  waitAsync,
} from '../_native/index.js';
import { RuntimeError } from '../errors.js';
import { registerTraveller } from '../pickle/index.js';
import {
  type AcquireAsyncOptions,
  type AcquireOptions,
  acquireSeconds,
  adopt,
  HOLDER_BITS,
} from './lock.js';

/**
 * Where the owner counts how often it has acquired the lock again, after the lock's own word and that
 * of its listeners (native/core/cell.h).
 */
const AGAIN = 2;

/**
 * A lock that its owner may acquire again: it is free for others when it was released as often as it
 * was acquired. Only the thread that owns it may release it. Shared by every thread that it is passed
 * to.
 *
 * Whoever runs in a thread is that thread: asynchronous functions of one thread do not exclude each
 * other.
 *
 * Differs from CPython: if the owner is killed, waiters get `LockAbandonedError` instead of waiting
 * for ever, until somebody calls `recover()`.
 *
 * @see https://docs.python.org/3.13/library/threading.html#rlock-objects
 */
export class RLock extends Holdable {
  readonly #native: NativeLock;
  readonly #words: Int32Array;
  readonly #first: number;
  readonly #shared: boolean;

  constructor(from?: { readonly [adopt]: NativeLock }) {
    super();
    this.#native = from?.[adopt] ?? addon.createLock(false);
    this.#shared = this.#native.shared;
    const { words, first } = cellOf(this.#native);
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
   *   OverflowError above TIMEOUT_MAX; LockAbandonedError; KeyboardInterrupt (main thread)
   */
  acquire(blocking: boolean, timeout?: number | null): boolean;
  acquire(options?: AcquireOptions): boolean;
  acquire(blocking?: boolean | AcquireOptions, timeout?: number | null): boolean {
    const seconds = blocking === undefined ? -1 : acquireSeconds(blocking, timeout);
    const self = this.#shared ? sharedHolder : holder;
    const seen = Atomics.compareExchange(this.#words, this.#first, 0, self);
    if (seen === 0) return true;
    if ((seen & HOLDER_BITS) !== self) return succeeded(this.#native.acquire(seconds));
    // Nobody else changes the count, nor who holds the lock, while it is this thread.
    (this.#words[this.#first + AGAIN] as number)++;
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
    const seconds = acquireSeconds(true, timeout);
    if (!this.#isOwned()) {
      return waitAsync((id) => this.#native.acquireAsync(id), { seconds, signal });
    }
    signal?.throwIfAborted();
    (this.#words[this.#first + AGAIN] as number)++;
    return true;
  }

  /**
   * Releases the lock once. Never blocks.
   *
   * @throws RuntimeError if this thread does not own it
   */
  release(): void {
    if (!this.#isOwned()) throw new RuntimeError('cannot release un-acquired lock');
    const again = this.#first + AGAIN;
    if (this.#words[again] !== 0) {
      (this.#words[again] as number)--;
      return;
    }
    const self = this.#shared ? sharedHolder : holder;
    if (Atomics.compareExchange(this.#words, this.#first, self, 0) !== self) this.#native.release();
  }

  /**
   * Makes a lock free whose owner has died. Whoever calls this vouches for what it guards.
   *
   * Beyond CPython.
   *
   * @returns whether it was abandoned
   */
  recover(): boolean {
    return this.#native.recover();
  }

  #isOwned(): boolean {
    const self = this.#shared ? sharedHolder : holder;
    return (Atomics.load(this.#words, this.#first) & HOLDER_BITS) === self;
  }

  /** @internal The lock's native side. */
  get [adopt](): NativeLock {
    return this.#native;
  }

  [inspect.custom](): string {
    const owner = Atomics.load(this.#words, this.#first) & HOLDER_BITS;
    const count = owner === 0 ? 0 : (this.#words[this.#first + AGAIN] as number) + 1;
    return `<${owner === 0 ? 'unlocked' : 'locked'} heddle.RLock owner=${owner} count=${count}>`;
  }

  static {
    registerTraveller(RLock, {
      name: 'RLock',
      give: (lock) => ({ native: lock[adopt] }),
      take: (native) => new RLock({ [adopt]: native as NativeLock }),
    });
  }
}
