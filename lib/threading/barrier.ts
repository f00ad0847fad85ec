import { inspect } from 'node:util';
import {
  checkFunction,
  checkInteger,
  checkOptions,
  Deadline,
  isThenable,
  toSeconds,
} from '../_internal/index.js';
import {
  addon,
  cellOf,
  type NativeBarrier,
  type NativeWaiter,
  Outcome,
  succeeded,
  waitAsync,
} from '../_native/index.js';
import { adopt } from '../_thread/index.js';
import { ValueError } from '../errors.js';
import { registerTraveller } from '../pickle/index.js';
import { BrokenBarrierError } from './broken-barrier-error.js';
import type { WaitAsyncOptions } from './event.js';

/** Options of `new Barrier()`. */
export interface BarrierOptions {
  /** Called by the one who comes last, before all are let through. */
  action?: (() => unknown) | null;
  /** Seconds that a wait lasts at most where it does not say; null or left out: for ever. */
  timeout?: number | null;
}

/** @internal */
export interface BarrierParts extends BarrierOptions {
  readonly [adopt]: NativeBarrier;
}

/** The words of a barrier's cell (native/core/barrier.h). */
const WORD = 0;
const COUNT = 6;
const PARTIES = 7;
const BROKEN = 1;

const MAX_PARTIES = 0x7fff_ffff;

/**
 * A place where so many threads wait for each other: when the last one comes, all go on. Shared by
 * every thread that it is passed to; it may be used again and again.
 *
 * If one of those who wait gives up (its time is over, it is interrupted or killed), the barrier is
 * broken: the others get `BrokenBarrierError`, and so does whoever comes until `reset()`.
 *
 * @see https://docs.python.org/3.13/library/threading.html#barrier-objects
 */
export class Barrier {
  readonly #native: NativeBarrier;
  readonly #words: Int32Array;
  readonly #first: number;
  readonly #action: (() => unknown) | null;
  readonly #timeout: number | null;

  /**
   * @param parties how many wait for each other
   * @param action as the option
   * @param timeout as the option
   * @throws ValueError if `parties` is less than 1 or more than 2^31 - 1; TypeError
   */
  constructor(parties: number, action?: (() => unknown) | null, timeout?: number | null);
  constructor(parties: number, options?: BarrierOptions);
  /** @internal */
  constructor(from: BarrierParts);
  constructor(
    parties: number | BarrierParts,
    action?: (() => unknown) | null | BarrierOptions,
    timeout?: number | null,
  ) {
    const options =
      typeof parties === 'object'
        ? parties
        : typeof action === 'object'
          ? checkOptions(action, ['action', 'timeout'])
          : { action, timeout };
    this.#action = options.action ?? null;
    this.#timeout = options.timeout ?? timeout ?? null;
    if (this.#action !== null) checkFunction('action', this.#action);
    toSeconds(this.#timeout); // Its errors.
    this.#native = typeof parties === 'object' ? parties[adopt] : this.create(parties);
    const { words, first } = cellOf(this.#native);
    this.#words = words;
    this.#first = first;
  }

  /** @internal */
  protected create(parties: number): NativeBarrier {
    return addon.createBarrier(false, checkParties(parties));
  }

  /**
   * Waits until as many are here as the barrier has parties. Whoever comes last calls the action
   * first, if there is one; should it throw, the barrier is broken, and the error goes on here.
   * **Blocks this thread**, its event loop included; in a server use `waitAsync()`.
   *
   * @param timeout seconds to wait at most, less than 0 is 0; null or left out: the barrier's own
   * @returns a number from 0 to parties - 1, another one for each of those who have come
   * @throws BrokenBarrierError, also when the time is over; KeyboardInterrupt (main thread); what the
   *   action throws
   */
  wait(timeout?: number | null): number {
    const seconds = toSeconds(timeout ?? this.#timeout);
    const action = this.#action;
    const index = this.#native.wait(seconds, action === null);
    if (index < 0) failed(-index);
    if (action !== null && this.#isLast(index)) this.#open(action);
    return index;
  }

  /** As `wait()`, without blocking. The action may be async. */
  async waitAsync(options?: WaitAsyncOptions): Promise<number> {
    const { timeout, signal } = checkOptions(options, ['timeout', 'signal']);
    const deadline = new Deadline(toSeconds(timeout ?? this.#timeout));
    signal?.throwIfAborted();
    const waiter = this.#native.createWaiter();
    const index = await this.#arriveAsync(waiter, signal);
    if (this.#isLast(index)) {
      await this.#openAsync(waiter);
      return index;
    }
    let outcome: number = Outcome.broken;
    try {
      await waitAsync((id) => waiter.waitAsync(id), { seconds: deadline.left, signal });
    } finally {
      outcome = waiter.end(true);
    }
    if (outcome !== Outcome.done) throw new BrokenBarrierError();
    return index;
  }

  async #arriveAsync(waiter: NativeWaiter, signal?: AbortSignal): Promise<number> {
    for (;;) {
      const index = waiter.arrive();
      if (index >= 0) return index;
      if (-index !== Outcome.wait) failed(-index);
      // The last round's action runs.
      await waitAsync((id) => waiter.enterableAsync(id), { signal });
    }
  }

  #isLast(index: number): boolean {
    return index === this.parties - 1;
  }

  #open(action: () => unknown): void {
    try {
      if (isThenable(action())) {
        throw new TypeError('the action returned a promise; use waitAsync()');
      }
    } catch (error) {
      this.#native.abort();
      throw error;
    }
    if (!this.#native.open()) throw new BrokenBarrierError();
  }

  async #openAsync(waiter: NativeWaiter): Promise<void> {
    try {
      await this.#action?.();
    } catch (error) {
      this.#native.abort();
      throw error;
    }
    if (!waiter.open()) throw new BrokenBarrierError();
  }

  /** Makes the barrier as new. Whoever waits gets `BrokenBarrierError`. Never blocks. */
  reset(): void {
    this.#native.reset();
  }

  /** Breaks the barrier: whoever waits or comes gets `BrokenBarrierError`. Never blocks. */
  abort(): void {
    this.#native.abort();
  }

  /** How many threads open the barrier. */
  get parties(): number {
    return this.#words[this.#first + PARTIES] as number;
  }

  /** How many wait now. */
  get nWaiting(): number {
    return Atomics.load(this.#words, this.#first + COUNT);
  }

  /** Whether the barrier is broken. */
  get broken(): boolean {
    return (Atomics.load(this.#words, this.#first + WORD) & BROKEN) !== 0;
  }

  /** @internal The barrier's native side. */
  get [adopt](): NativeBarrier {
    return this.#native;
  }

  /** @internal */
  get own(): readonly unknown[] {
    return [this.#action, this.#timeout];
  }

  [inspect.custom](): string {
    const state = this.broken ? 'broken' : `waiters=${this.nWaiting}/${this.parties}`;
    return `<heddle.Barrier: ${state}>`;
  }

  static {
    registerTraveller(Barrier, {
      name: 'Barrier',
      give: (barrier) => ({ native: barrier[adopt] }),
      parts: (barrier) => barrier.own,
      take: (native, _, own) => new Barrier(barrierFrom(native as NativeBarrier, own)),
    });
  }
}

/** What a barrier is made of that has come from elsewhere. */
export function barrierFrom(
  native: NativeBarrier,
  [action, timeout]: readonly unknown[],
): BarrierParts {
  return {
    [adopt]: native,
    action: action as (() => unknown) | null,
    timeout: timeout as number | null,
  };
}

/** @throws ValueError, TypeError */
export function checkParties(parties: number): number {
  checkInteger('parties', parties);
  if (parties < 1) throw new ValueError('parties must be > 0');
  if (parties > MAX_PARTIES) throw new ValueError(`parties must be <= ${MAX_PARTIES}`);
  return parties;
}

function failed(outcome: number): void {
  if (outcome === Outcome.broken) throw new BrokenBarrierError();
  succeeded(outcome);
}
