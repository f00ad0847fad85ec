import { inspect } from 'node:util';
import { checkOptions, toSeconds } from '../_internal/index.js';
import { addon, cellOf, type NativeEvent, succeeded, waitAsync } from '../_native/index.js';
import { adopt } from '../_thread/index.js';
import { registerTraveller } from '../pickle/index.js';

/** Options of a wait without blocking. */
export interface WaitAsyncOptions {
  /** Seconds; left out or null: for ever. */
  timeout?: number | null;
  /** Gives the waiting up; the promise is rejected with its reason. */
  signal?: AbortSignal;
}

const FLAG = 1;

/**
 * A flag that threads wait for, shared by every thread that it is passed to.
 *
 * @see https://docs.python.org/3.13/library/threading.html#event-objects
 */
export class Event {
  readonly #native: NativeEvent;
  readonly #words: Int32Array;
  readonly #first: number;

  constructor(from?: { readonly [adopt]: NativeEvent }) {
    this.#native = from?.[adopt] ?? addon.createEvent(false);
    const { words, first } = cellOf(this.#native);
    this.#words = words;
    this.#first = first;
  }

  /** Whether the flag is set. */
  isSet(): boolean {
    return (Atomics.load(this.#words, this.#first) & FLAG) !== 0;
  }

  /** Sets the flag and wakes everybody who waits for it. Never blocks. */
  set(): void {
    this.#native.set();
  }

  /** Clears the flag: who waits from now on blocks. */
  clear(): void {
    this.#native.clear();
  }

  /**
   * Waits until the flag is set. **Blocks this thread**, its event loop included; in a server
   * use `waitAsync()`.
   *
   * @param timeout seconds to wait at most; null or left out: for ever
   * @returns whether it was set in time, also if it was cleared again since
   * @throws KeyboardInterrupt (main thread), OverflowError above TIMEOUT_MAX
   */
  wait(timeout?: number | null | { timeout?: number | null }): boolean {
    const seconds = toSeconds(
      typeof timeout === 'object' ? checkOptions(timeout, ['timeout']).timeout : timeout,
    );
    return this.isSet() || succeeded(this.#native.wait(seconds));
  }

  /** As `wait()`, without blocking. */
  async waitAsync(options?: WaitAsyncOptions): Promise<boolean> {
    const { timeout, signal } = checkOptions(options, ['timeout', 'signal']);
    const seconds = toSeconds(timeout);
    return waitAsync((id) => this.#native.waitAsync(id), { seconds, signal });
  }

  /** @internal The event's native side. */
  get [adopt](): NativeEvent {
    return this.#native;
  }

  [inspect.custom](): string {
    return `<heddle.Event: ${this.isSet() ? 'set' : 'unset'}>`;
  }

  static {
    registerTraveller(Event, {
      name: 'Event',
      give: (event) => ({ native: event[adopt] }),
      take: (native) => new Event({ [adopt]: native as NativeEvent }),
    });
  }
}
