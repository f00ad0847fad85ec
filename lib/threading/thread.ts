import { inspect } from 'node:util';
import {
  checkOptions,
  checkRunOptions,
  checkString,
  type RunOptions,
  toSeconds,
} from '../_internal/index.js';
import { addon, type NativeThread, succeeded, waitAsync } from '../_native/index.js';
import { RuntimeError } from '../errors.js';
import { currentRun } from './current-run.js';
import { warmWorkers } from './warm-workers.js';

/** Options of `new Thread()`. The name is "Thread-N (target)" by default. */
// biome-ignore lint/suspicious/noExplicitAny: any function can be a target
export interface ThreadOptions<F extends (...args: any[]) => unknown> extends RunOptions<F> {}

const RUNNING = 1;
const ENDED = 2;

let counter = 0;

/**
 * A thread of the operating system that runs a function, with a JavaScript heap of its own.
 *
 * Threads are Workers that are kept and used again: the first start of one takes some 50 ms,
 * later ones microseconds. What a thread writes to standard output and error appears at once, also
 * while the thread that started it is blocked. An async target's thread lives until its promise
 * settles.
 *
 * Differs from CPython: threads share no objects; arguments are copied, and primitives,
 * SharedMemory and functions travel as docs/functions.md says.
 *
 * @see https://docs.python.org/3.13/library/threading.html#thread-objects
 */
// biome-ignore lint/suspicious/noExplicitAny: any function can be a target
export class Thread<F extends (...args: any[]) => unknown = (...args: any[]) => unknown> {
  #run: NativeThread;
  #started = false;
  readonly #target: F | undefined;
  readonly #args: readonly unknown[];

  /** @throws TypeError for a wrong type or an unknown option */
  constructor(options?: ThreadOptions<F>) {
    const { target, args, name, daemon } = checkRunOptions(options);
    this.#target = target;
    this.#args = args;
    this.#run = addon.createThread(
      name ?? defaultName(target),
      daemon ?? currentRun()?.daemon ?? false,
    );
  }

  /**
   * Starts the thread. Does not wait until it runs.
   *
   * @throws RuntimeError if it was started before; PicklingError, and the thread stays as it was,
   *   if the target or an argument cannot travel
   */
  start(): void {
    if (this.#started) throw new RuntimeError('threads can only be started once');
    const run = this.#run;
    const workers = warmWorkers();
    const target = this.#target ?? doNothing;
    run.announce();
    try {
      workers.start(run, () => {
        const number = workers.functions.numberOf(target);
        return { number, args: number < 0 ? [target, ...this.#args] : this.#args };
      });
    } catch (error) {
      // As if nothing had been: the run that failed to begin is over, and another may follow.
      this.#run = addon.createThread(run.name, run.daemon);
      run.end(false);
      throw error;
    }
    this.#started = true;
  }

  /**
   * Waits until the thread has ended. **Blocks this thread**, its event loop included; in a server
   * use `joinAsync()`. `isAlive()` tells whether the time was over.
   *
   * @param timeout seconds to wait at most; less than 0 is 0; null or left out: for ever
   * @throws RuntimeError before the start, and in the thread itself; DeadlockError if the thread
   *   waits for this one, directly or not; KeyboardInterrupt
   */
  join(timeout?: number | null): void {
    this.#checkJoin();
    succeeded(this.#run.join(toSeconds(timeout)));
  }

  /** As `join()`, without blocking. */
  async joinAsync(options?: { timeout?: number | null; signal?: AbortSignal }): Promise<void> {
    const { timeout, signal } = checkOptions(options, ['timeout', 'signal']);
    this.#checkJoin();
    const seconds = toSeconds(timeout);
    await waitAsync((id) => this.#run.joinAsync(id), { seconds, signal });
  }

  #checkJoin(): void {
    if (!this.#started) throw new RuntimeError('cannot join thread before it is started');
  }

  /** Whether the thread was started and has not ended. */
  isAlive(): boolean {
    return this.#started && (this.#run.state & ENDED) === 0;
  }

  /** A label; several threads may have the same. */
  get name(): string {
    return this.#run.name;
  }
  set name(name: string) {
    checkString('name', name);
    this.#run.rename(name);
  }

  /** Whether the program may end while the thread runs. Set by the constructor. */
  get daemon(): boolean {
    return this.#run.daemon;
  }

  /** The thread's number, never used again in this process; null before the start. */
  get ident(): number | null {
    return this.#started ? this.#run.ident : null;
  }

  /**
   * The kernel's number of the thread; null before the start. **Blocks** until the thread runs, if
   * its Worker is still booting.
   */
  get nativeId(): number | null {
    if (!this.#started) return null;
    if ((this.#run.state & (RUNNING | ENDED)) === 0) succeeded(this.#run.waitBegun(-1));
    return this.#run.nativeId;
  }

  [inspect.custom](): string {
    const state = !this.#started ? 'initial' : this.isAlive() ? 'started' : 'stopped';
    const daemon = this.daemon ? ' daemon' : '';
    return `<Thread(${this.name}, ${state}${daemon}${this.#started ? ` ${this.ident}` : ''})>`;
  }
}

function defaultName(target: unknown): string {
  counter += 1;
  const name = typeof target === 'function' ? target.name : '';
  return name ? `Thread-${counter} (${name})` : `Thread-${counter}`;
}

function doNothing(): void {}
