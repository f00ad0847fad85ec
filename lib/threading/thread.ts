import { inspect } from 'node:util';
import {
  checkBoolean,
  checkOptions,
  checkRunOptions,
  checkString,
  packRun,
  RUN_OPTIONS,
  type RunOptions,
  running,
  toSeconds,
  wrongType,
} from '../_internal/index.js';
import { addon, builtFile, type NativeThread, succeeded, waitAsync } from '../_native/index.js';
import { getIdent, internals } from '../_thread/index.js';
import { Context } from '../contextvars/index.js';
import { RuntimeError } from '../errors.js';
import type { FunctionReference } from '../pickle/index.js';
import { ENDED, remember } from './known-threads.js';
import type { PackedThread } from './run-thread.js';

/** Options of `new Thread()`. The name is "Thread-N (target)" by default. */
// biome-ignore lint/suspicious/noExplicitAny: any function can be a target
export interface ThreadOptions<F extends (...args: any[]) => unknown> extends RunOptions<F> {
  /** What the thread begins with, copied at the start. By default an empty context. */
  context?: Context | null;
}

/** A Thread object that stands for a thread which was started already. */
export interface Running {
  [running]: NativeThread;
}

const OPTIONS = [...RUN_OPTIONS, 'context'];
const RUNNING = 1;

/**
 * A thread of the operating system that runs a function, with a JavaScript heap of its own. Or
 * a subclass with a `run()` of its own.
 *
 * Threads are Workers that are kept and used again: the first start of one takes some 50 ms,
 * later ones microseconds. What a thread writes to standard output and error appears at once, also
 * while the thread that started it is blocked. An async target's thread lives until its promise
 * settles.
 *
 * Differs from CPython: threads share no objects; arguments are copied, and primitives,
 * SharedMemory and functions travel as docs/functions.md says. A subclass's object is made again in
 * the thread, with copies of its fields (but not of private ones, `#x`); the constructor is not called.
 *
 * @see https://docs.python.org/3.13/library/threading.html#thread-objects
 */
// biome-ignore lint/suspicious/noExplicitAny: any function can be a target
export class Thread<F extends (...args: any[]) => unknown = (...args: any[]) => unknown> {
  #run: NativeThread;
  #started = false;
  #target: F | undefined;
  #args: readonly unknown[];
  readonly #context: Context | undefined;

  /**
   * @throws TypeError for a wrong type or an unknown option; AssertionError for a `group`
   */
  constructor(options?: ThreadOptions<F> | Running) {
    const { target, args, name, daemon } = checkRunOptions(options as ThreadOptions<F>, OPTIONS);
    this.#target = target;
    this.#args = args;
    this.#context = contextOf(options as ThreadOptions<F> | undefined);
    if (options && running in options) {
      this.#run = options[running];
      this.#started = true;
    } else {
      this.#run = addon.createThread(
        name || defaultName(target),
        daemon ?? internals.ownThread().daemon,
      );
    }
  }

  /**
   * What the thread does: by default, calls the target with the arguments. Overridden by subclasses.
   * May be async: the thread lives until the promise settles.
   */
  run(): unknown {
    return this.#target?.(...this.#args);
  }

  /**
   * Starts the thread. Does not wait until it runs.
   *
   * @throws RuntimeError if it was started before, in the program's 'exit' handlers, and where the
   *   system has no further thread; PicklingError if the target, an argument or a field cannot travel.
   *   But for the first the thread stays as it was, and can be started again
   */
  start(): void {
    if (!(#run in this)) throw new RuntimeError('thread.__init__() not called');
    if (this.#started) throw new RuntimeError('threads can only be started once');
    const run = this.#run;
    try {
      internals.startRun(run, () => this.#call());
    } catch (error) {
      // As if nothing had been: the run that failed to begin is over, and another may follow.
      this.#run = addon.createThread(run.name, run.daemon);
      throw error;
    }
    this.#started = true;
    remember(this as Thread, run.ident);
    // They have been copied, and nobody here needs them any more.
    this.#target = undefined;
    this.#args = [];
  }

  #call(): ReturnType<typeof internals.callOf> {
    const isPlain = this.run === Thread.prototype.run && this.#context === undefined;
    if (isPlain) return internals.callOf(this.#target ?? doNothing, this.#args);
    runThread ??= internals.warmWorkers().functions.add(RUN_THREAD);
    const packed: PackedThread = {
      ...packRun<Thread>(this as Thread, Thread, this.#target, this.#args),
      context: this.#context ?? null,
    };
    return { number: runThread, args: [packed] };
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
    Thread.#checkJoin(this);
    succeeded(this.#run.join(toSeconds(timeout)));
  }

  /** As `join()`, without blocking. */
  async joinAsync(options?: { timeout?: number | null; signal?: AbortSignal }): Promise<void> {
    const { timeout, signal } = checkOptions(options, ['timeout', 'signal']);
    Thread.#checkJoin(this);
    const seconds = toSeconds(timeout);
    await waitAsync((id) => this.#run.joinAsync(id), { seconds, signal });
  }

  // Static: what has not called the constructor has no method of its own either.
  // biome-ignore lint/suspicious/noExplicitAny: any thread
  static #checkJoin(thread: Thread<any>): void {
    if (!(#run in thread)) throw new RuntimeError('Thread.__init__() not called');
    if (!thread.#started) throw new RuntimeError('cannot join thread before it is started');
    if (thread.#run.ident === getIdent()) throw new RuntimeError('cannot join current thread');
  }

  /** Whether the thread was started and has not ended. */
  isAlive(): boolean {
    return this.isRunning;
  }

  /** @internal As `isAlive()`, which subclasses may override. */
  get isRunning(): boolean {
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

  /**
   * Whether the program may end while the thread runs; by default as the thread that has made the
   * object. Settable before the start.
   *
   * @throws RuntimeError if it is set after the start
   */
  get daemon(): boolean {
    return this.#run.daemon;
  }
  set daemon(daemon: boolean) {
    checkBoolean('daemon', daemon);
    if (this.#started) throw new RuntimeError('cannot set daemon status of active thread');
    this.#run.setDaemon(daemon);
  }

  /** @deprecated the property `name` */
  getName(): string {
    return this.name;
  }
  /** @deprecated the property `name` */
  setName(name: string): void {
    this.name = name;
  }
  /** @deprecated the property `daemon` */
  isDaemon(): boolean {
    return this.daemon;
  }
  /** @deprecated the property `daemon` */
  setDaemon(daemon: boolean): void {
    this.daemon = daemon;
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
    const state = !this.#started ? 'initial' : this.isRunning ? 'started' : 'stopped';
    const daemon = this.daemon ? ' daemon' : '';
    return `<${this.constructor.name}(${this.name}, ${state}${daemon}${this.#started ? ` ${this.ident}` : ''})>`;
  }
}

/** What the thread of a subclass, or with a context, calls first (run-thread.ts). */
const RUN_THREAD: FunctionReference = {
  kind: 'reference',
  format: 'module',
  url: builtFile('threading/run-thread.js').href,
  path: ['runThread'],
};
/** Its number among the functions that this thread has sent. */
let runThread: number | undefined;

function contextOf(options: { context?: Context | null } | undefined): Context | undefined {
  const context = options?.context ?? undefined;
  if (context !== undefined && !(context instanceof Context)) {
    throw wrongType('context', 'a Context', context);
  }
  return context;
}

function defaultName(target: unknown): string {
  const number = addon.nextThreadNumber();
  const name = typeof target === 'function' ? target.name : '';
  return name ? `Thread-${number} (${name})` : `Thread-${number}`;
}

function doNothing(): void {}
