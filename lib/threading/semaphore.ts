import { inspect } from 'node:util';
import { checkInteger, checkOptions, Holdable, toSeconds } from '../_internal/index.js';
import { addon, cellOf, type NativeSemaphore, succeeded, waitAsync } from '../_native/index.js';
import { type AcquireAsyncOptions, type AcquireOptions, adopt } from '../_thread/index.js';
import { ValueError } from '../errors.js';
import { registerTraveller } from '../pickle/index.js';

/** The highest value of a semaphore, on every platform. */
const MAX_VALUE = 0x7fff_ffff;

/**
 * A counter that `acquire()` takes from and `release()` adds to, and that never goes below zero;
 * shared by every thread that it is passed to.
 *
 * Differs from CPython: the value is at most 2^31 - 1.
 *
 * @see https://docs.python.org/3.13/library/threading.html#semaphore-objects
 */
export class Semaphore extends Holdable {
  readonly #native: NativeSemaphore;
  readonly #words: Int32Array;
  readonly #first: number;
  readonly #limit: number;

  /** @throws ValueError if `value` is less than 0 or more than 2^31 - 1 */
  constructor(value?: number | { readonly [adopt]: NativeSemaphore });
  /** @internal */
  constructor(value: number | { readonly [adopt]: NativeSemaphore }, limit: number);
  constructor(value: number | { readonly [adopt]: NativeSemaphore } = 1, limit = MAX_VALUE) {
    super();
    this.#limit = limit;
    this.#native =
      typeof value === 'object'
        ? value[adopt]
        : addon.createSemaphore(false, checkSemaphoreValue(value));
    const { words, first } = cellOf(this.#native);
    this.#words = words;
    this.#first = first;
  }

  /**
   * Takes one from the counter, waiting while it is zero. **Blocks this thread**, its event loop
   * included; in a server use `acquireAsync()`.
   *
   * @param blocking false: do not wait
   * @param timeout seconds to wait at most; null or left out: for ever
   * @returns whether it was taken
   * @throws ValueError for a time-out with `blocking` false; KeyboardInterrupt (main thread)
   */
  acquire(blocking: boolean, timeout?: number | null): boolean;
  acquire(options?: AcquireOptions): boolean;
  acquire(blocking: boolean | AcquireOptions = true, timeout?: number | null): boolean {
    if (blocking === true && timeout === undefined && this.#take()) return true;
    if (typeof blocking === 'object') {
      const options = checkOptions(blocking, ['blocking', 'timeout']);
      return this.acquire(options.blocking ?? true, options.timeout);
    }
    if (!blocking) {
      if (timeout !== undefined && timeout !== null) {
        throw new ValueError("can't specify timeout for non-blocking acquire");
      }
      return succeeded(this.#native.acquire(0));
    }
    return succeeded(this.#native.acquire(toSeconds(timeout)));
  }

  /** One compare-and-swap, where there is something and nobody waits (native/core/semaphore.h). */
  #take(): boolean {
    const seen = this.#words[this.#first] as number;
    return seen > 0 && Atomics.compareExchange(this.#words, this.#first, seen, seen - 1) === seen;
  }

  /** The same for the release. */
  #give(n: number): boolean {
    const seen = this.#words[this.#first] as number;
    return (
      seen >= 0 &&
      n <= this.#limit - seen &&
      Atomics.compareExchange(this.#words, this.#first, seen, seen + n) === seen
    );
  }

  /** As `acquire()`, without blocking. */
  async acquireAsync(options?: AcquireAsyncOptions): Promise<boolean> {
    const { timeout, signal } = checkOptions(options, ['timeout', 'signal']);
    const seconds = toSeconds(timeout);
    return waitAsync((id) => this.#native.acquireAsync(id), { seconds, signal });
  }

  /**
   * Adds `n` to the counter and wakes as many who wait. Never blocks.
   *
   * @throws ValueError if `n` is less than 1, or the value would pass 2^31 - 1
   */
  release(n = 1): void {
    checkInteger('n', n);
    if (n < 1) throw new ValueError('n must be one or more');
    if (this.#give(n)) return;
    if (n > this.#limit || !this.#native.release(n, this.#limit)) {
      throw this.tooMany();
    }
  }

  /** @internal */
  protected tooMany(): Error {
    return new ValueError('Semaphore released too many times');
  }

  /** @internal The value of the counter. */
  protected get value(): number {
    return Atomics.load(this.#words, this.#first) & MAX_VALUE;
  }

  /** @internal The value that the counter never passes. */
  protected get limit(): number {
    return this.#limit;
  }

  /** @internal The semaphore's native side. */
  get [adopt](): NativeSemaphore {
    return this.#native;
  }

  [inspect.custom](): string {
    return `<heddle.Semaphore: value=${this.value}>`;
  }

  static {
    registerTraveller(Semaphore, {
      name: 'Semaphore',
      give: (semaphore) => ({ native: semaphore[adopt] }),
      take: (native) => new Semaphore({ [adopt]: native as NativeSemaphore }),
    });
  }
}

/** @throws ValueError, TypeError */
export function checkSemaphoreValue(value: number): number {
  checkInteger('value', value);
  if (value < 0) throw new ValueError('semaphore initial value must be >= 0');
  if (value > MAX_VALUE) throw new ValueError(`semaphore value must be <= ${MAX_VALUE}`);
  return value;
}
