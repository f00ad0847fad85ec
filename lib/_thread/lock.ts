import { inspect } from 'node:util';
import { checkOptions, Holdable, TIMEOUT_MAX, wrongType } from '../_internal/index.js';
import {
  addon,
  type CellView,
  cellOf,
  holderIn,
  type NativeLock,
  Releaser,
  succeeded,
  waitAsync,
} from '../_native/index.js';
import { LockAbandonedError, OverflowError, RuntimeError, ValueError } from '../errors.js';
import { registerTraveller } from '../pickle/index.js';

/** Options of `acquire()`. */
export interface AcquireOptions {
  /** False: one attempt, no waiting. Default true. */
  blocking?: boolean;
  /** Seconds; left out or null: for ever. */
  timeout?: number | null;
}

/** Options of `acquireAsync()`. */
export interface AcquireAsyncOptions {
  /** Seconds; left out or null: for ever. */
  timeout?: number | null;
  /** Gives the waiting up; the promise is rejected with its reason. */
  signal?: AbortSignal;
}

/** The bits of a lock's word that say who holds it (native/core/lock.h). */
export const HOLDER_BITS = 0x3fff_ffff;
/** What the addon's release() says. */
const NOT_HELD = 1;
const ABANDONED = 2;

/** @internal How the lock's native side is passed to the constructor. */
export const adopt = Symbol('adopt');

/** @internal Says to the constructor that nobody but the lock's holder releases it. */
export const ownerReleases = Symbol('ownerReleases');

/** @internal What the constructor takes; users pass nothing. */
export interface LockOrigin {
  readonly [adopt]?: NativeLock | undefined;
  readonly [ownerReleases]?: boolean;
}

/**
 * A mutual exclusion lock, shared by every thread that it is passed to. It is not reentrant: who
 * holds it and acquires it again waits until another thread releases it, as any may.
 *
 * Its state is one 32-bit word in memory; acquiring a free lock is one compare-and-swap.
 *
 * Differs from CPython: if the thread that acquired the lock is killed (`worker.terminate()`, or
 * `process.exit()` in it), waiters get `LockAbandonedError` instead of waiting for ever, until
 * somebody calls `recover()`. An `acquire()` without a time-out that would close a circle of threads
 * which wait for each other throws `DeadlockError`. Since any thread may release the lock, that is
 * so only if every thread that has the lock waits in vain, too; docs/differences.md has the limits.
 *
 * @example
 * const lock = new Lock();
 * { using held = lock.hold(); … }
 *
 * @see https://docs.python.org/3.13/library/threading.html#lock-objects
 */
export class Lock extends Holdable {
  readonly #native: NativeLock;
  readonly #words: Int32Array;
  readonly #first: number;
  readonly #shared: boolean;
  readonly #releaser: typeof Releaser.anybody | typeof Releaser.owner;

  constructor(from?: LockOrigin) {
    super();
    this.#releaser = from?.[ownerReleases] ? Releaser.owner : Releaser.anybody;
    this.#native = from?.[adopt] ?? addon.createLock(false);
    this.#shared = this.#native.shared;
    const cell: CellView = cellOf(this.#native);
    this.#words = cell.words;
    this.#first = cell.first;
  }

  /**
   * Acquires the lock, waiting for it if need be. **Blocks this thread**, its event loop
   * included; in a server use `acquireAsync()`.
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
    if (blocking === undefined) {
      // One store pairs with the load in native/core/lock.cc: 0 (free) to the holder.
      const self = holderIn(this.#shared);
      if (Atomics.compareExchange(this.#words, this.#first, 0, self) === 0) return true;
    }
    return succeeded(this.#native.acquire(this.toSeconds(blocking, timeout), this.#releaser));
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
    return waitAsync((id) => this.#native.acquireAsync(id), { seconds, signal });
  }

  /**
   * Releases the lock, and wakes one who waits for it. Never blocks.
   *
   * @throws RuntimeError if it is not held; LockAbandonedError
   */
  release(): void {
    const self = holderIn(this.#shared);
    if (Atomics.compareExchange(this.#words, this.#first, self, 0) === self) return;
    const released = this.#native.release();
    if (released === NOT_HELD) throw this.notHeld();
    if (released === ABANDONED) {
      throw new LockAbandonedError('the holder of the lock died; call recover() to free it');
    }
  }

  /** @internal What the arguments of an acquire say; `multiprocessing` reads them otherwise. */
  protected toSeconds(blocking?: boolean | AcquireOptions, timeout?: number | null): number {
    return acquireSeconds(blocking, timeout);
  }

  /** @internal */
  protected notHeld(): Error {
    return new RuntimeError('release unlocked lock');
  }

  /** Whether somebody holds the lock. */
  locked(): boolean {
    return (Atomics.load(this.#words, this.#first) & HOLDER_BITS) !== 0;
  }

  /**
   * Makes a lock free whose holder has died. Whoever calls this vouches for what it guards.
   *
   * Beyond CPython.
   *
   * @returns whether it was abandoned
   */
  recover(): boolean {
    return this.#native.recover();
  }

  /** @internal The lock's native side, for `new Lock(lock)` of another kind and for travelling. */
  get [adopt](): NativeLock {
    return this.#native;
  }

  [inspect.custom](): string {
    return `<${this.locked() ? 'locked' : 'unlocked'} heddle.Lock ${this.#native.number}>`;
  }

  static {
    registerTraveller(Lock, {
      name: 'Lock',
      give: (lock) => ({ native: lock[adopt] }),
      take: (native) => new Lock({ [adopt]: native as NativeLock }),
    });
  }
}

/** Seconds for the addon from the arguments of an acquire; 0 for one attempt. */
export function acquireSeconds(
  blocking: boolean | AcquireOptions | undefined,
  timeout: number | null | undefined,
): number {
  if (typeof blocking === 'object') {
    const options = checkOptions(blocking, ['blocking', 'timeout']);
    return acquireSeconds(options.blocking, options.timeout);
  }
  if (blocking !== undefined && typeof blocking !== 'boolean') {
    throw wrongType('blocking', 'a boolean', blocking);
  }
  const unlimited = timeout === undefined || timeout === null || timeout === -1;
  if (!unlimited && typeof timeout !== 'number') {
    throw wrongType('timeout', 'a number of seconds', timeout);
  }
  if (blocking === false) {
    if (!unlimited) throw new ValueError("can't specify a timeout for a non-blocking call");
    return 0;
  }
  if (unlimited) return -1;
  if (!(timeout >= 0)) throw new ValueError('timeout value must be a non-negative number');
  if (timeout > TIMEOUT_MAX) throw new OverflowError('timeout value is too large');
  return timeout;
}
