import { constants } from 'node:os';
import { inspect } from 'node:util';
import {
  checkBoolean,
  checkOptions,
  checkRunOptions,
  checkString,
  packRun,
  type RunOptions,
  running,
  toSeconds,
  wrongType,
} from '../_internal/index.js';
import { addon, type NativeProcess, succeeded, waitAsync } from '../_native/index.js';
import { AssertionError, ValueError } from '../errors.js';
import { children } from './children.js';
import { launch } from './launch.js';
import { RUN_PROCESS } from './run-process-reference.js';
import { getSelf, nextIdentity, rename } from './self.js';
import { startByFork } from './start-by-fork.js';
import { fixStartMethod, type StartMethod } from './start-method.js';

/** Options of `new Process()`. By default the name is that of the class, and a number: "Process-1". */
// biome-ignore lint/suspicious/noExplicitAny: any function can be a target
export interface ProcessOptions<F extends (...args: any[]) => unknown> extends RunOptions<F> {}

/** The child's own object, or that for its parent: it stands for a process that runs. */
export interface Running {
  [running]: { native: NativeProcess | undefined; pid: number; name: string; daemon: boolean };
}

/**
 * A process that runs a function: another Node, which shares no object with this one, but every lock,
 * channel and memory that it is given. Or a subclass with a `run()` of its own.
 *
 * What it writes to standard output and error goes to the same place as this process's. An async
 * target's process lives until its promise settles, and any process until its event loop has
 * nothing left to do.
 *
 * A daemonic process ends with the one that started it, however that one ends. The others are
 * waited for when the program ends by itself; `process.exit()` ends them, too.
 *
 * Differs from CPython: nothing of the program's main module is run again in the child; functions
 * travel as docs/functions.md says. `SIGTERM` has Node's meaning.
 *
 * @example
 * const child = new Process({ target: work, args: [lock, memory] });
 * child.start();
 * await child.joinAsync();
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.Process
 */
// biome-ignore lint/suspicious/noExplicitAny: any function can be a target
export class Process<F extends (...args: any[]) => unknown = (...args: any[]) => unknown> {
  /** How it is started; null: by the method in force then (`setStartMethod`). */
  static readonly _startMethod: StartMethod | null = null;

  #native: NativeProcess | undefined;
  #pid: number | null = null;
  #name: string;
  readonly #identity: string;
  #daemon: boolean;
  #closed = false;
  /** Of a child that was given its own. */
  #authkey: Buffer | undefined;
  /** Whether this process is the parent of the one that the object stands for. */
  #isChild = true;
  readonly #target: F | undefined;
  readonly #args: readonly unknown[];

  /** @throws TypeError for a wrong type or an unknown option */
  constructor(options?: ProcessOptions<F> | (ProcessOptions<F> & Running)) {
    const known = options && running in options ? options[running] : undefined;
    const { target, args, name, daemon } = checkRunOptions(options as ProcessOptions<F>);
    this.#target = target;
    this.#args = args;
    this.#identity = known ? '' : nextIdentity();
    this.#name = known?.name ?? name ?? `${new.target.name || 'Process'}-${this.#identity}`;
    this.#daemon = known?.daemon ?? daemon ?? getSelf().daemon;
    if (known) {
      this.#isChild = false;
      this.#native = known.native;
      this.#pid = known.pid;
    }
  }

  /**
   * What the process does: by default, calls the target with the arguments. Overridden by
   * subclasses, of whose instances the fields travel, but not private ones (`#x`). May be async.
   */
  run(): unknown {
    const target = this.#target;
    return target?.(...this.#args);
  }

  /**
   * Starts the process by the start method in force, or that of the context whose class it is, and
   * returns when the system has made it (some milliseconds).
   *
   * @throws AssertionError if it was started before, or this process is a daemonic one;
   *   PicklingError, and the process can be started again, if the target or an argument cannot
   *   travel; RuntimeError by `fork` in another thread than the main one, or while others run;
   *   OSError
   */
  start(): void {
    this.#checkOpen();
    if (this.#pid !== null) throw new AssertionError('cannot start a process twice');
    if (getSelf().daemon) {
      throw new AssertionError('daemonic processes are not allowed to have children');
    }
    const method = (this.constructor as typeof Process)._startMethod ?? fixStartMethod();
    const what = {
      name: this.#name,
      identity: this.#identity,
      daemon: this.#daemon,
      authkey: this.authkey,
    };
    const native =
      method === 'fork'
        ? startByFork({ ...what, become: () => this.#become() })
        : launch({
            ...what,
            method,
            main: RUN_PROCESS,
            args: [packRun<Process>(this as Process, Process, this.#target, this.#args)],
            isOneOfMany: true,
          });
    this.#native = native;
    this.#pid = native.pid;
    children.add(this, native);
  }

  /** In a child that is a copy of its parent: the object is now the child's own. */
  #become(): Process {
    this.#isChild = false;
    this.#pid = process.pid;
    return this as Process;
  }

  /**
   * Waits until the process has ended. **Blocks this thread**, its event loop included; in a server
   * use `joinAsync()`. `exitcode` tells whether the time was over.
   *
   * @param timeout seconds to wait at most; less than 0 is 0; null or left out: for ever
   * @throws AssertionError before the start, and for a process that is not a child;
   *   KeyboardInterrupt (main thread)
   */
  join(timeout?: number | null): void {
    succeeded(this.#joinable().join(toSeconds(timeout)));
  }

  /** As `join()`, without blocking. Also throws the signal's reason. */
  async joinAsync(options?: { timeout?: number | null; signal?: AbortSignal }): Promise<void> {
    const { timeout, signal } = checkOptions(options, ['timeout', 'signal']);
    const seconds = toSeconds(timeout);
    const native = this.#joinable();
    await waitAsync((id) => native.joinAsync(id), { seconds, signal });
  }

  #joinable(): NativeProcess {
    this.#checkOpen();
    if (!this.#native) {
      throw new AssertionError(
        this.#pid === null ? 'can only join a started process' : 'can only join a child process',
      );
    }
    return this.#native;
  }

  /**
   * Whether the process was started and has not ended.
   *
   * @throws ValueError after `close()`, as all that asks the system about the process
   */
  isAlive(): boolean {
    this.#checkOpen();
    if (this.#native) return this.#native.isAlive();
    return this.#pid === process.pid;
  }

  /**
   * Ends the process with SIGTERM, and does not wait for it. Its own children are not ended with
   * it, unless daemonic. Nothing is done if it has ended.
   *
   * Differs from CPython: where the child listens to SIGTERM, its listener decides.
   *
   * @throws ValueError before the start, and for a process that is not a child
   */
  terminate(): void {
    this.#signal(constants.signals.SIGTERM);
  }

  /** As `terminate()`, with SIGKILL, which it cannot refuse. */
  kill(): void {
    this.#signal(constants.signals.SIGKILL);
  }

  #signal(number: number): void {
    this.#checkOpen();
    if (this.#native && this.#isChild) this.#native.signal(number);
    else throw new ValueError('only a started child process can be signalled');
  }

  /**
   * Frees what the object holds; nothing else can be done with it then.
   *
   * @throws ValueError while the process runs
   */
  close(): void {
    if (this.#closed) return;
    if (this.#native && this.#isChild && !this.#native.close()) {
      throw new ValueError(
        'Cannot close a process while it is still running. You should first call join() or terminate().',
      );
    }
    this.#closed = true;
  }

  /** A label; several processes may have the same. */
  get name(): string {
    return this.#name;
  }
  set name(name: string) {
    checkString('name', name);
    this.#name = name;
    if (this.#isSelf()) rename(name);
  }

  /** Whether the process ends with the one that started it. Settable before the start. */
  get daemon(): boolean {
    return this.#daemon;
  }
  set daemon(daemon: boolean) {
    if (this.#pid !== null) throw new AssertionError('process has already started');
    checkBoolean('daemon', daemon);
    this.#daemon = daemon;
  }

  /**
   * The secret by which the program's processes know each other on sockets: 32 random bytes, unless
   * it was set. Children have that of their parent, unless they were given their own before the start.
   */
  get authkey(): Buffer {
    return this.#authkey ?? addon.processKey();
  }
  set authkey(authkey: Uint8Array) {
    if (!(authkey instanceof Uint8Array)) {
      throw wrongType('authkey', 'a byte string (a Buffer or Uint8Array)', authkey);
    }
    if (this.#isSelf()) addon.setProcessKey(authkey);
    else this.#authkey = Buffer.from(authkey);
  }

  /** The system's number of the process; null before the start. */
  get pid(): number | null {
    this.#checkOpen();
    return this.#pid;
  }

  /** As `pid`. */
  get ident(): number | null {
    return this.pid;
  }

  /**
   * 0 to 255, or minus the number of the signal that ended the process; null while it runs, before
   * the start, and of a process that is not a child.
   */
  get exitcode(): number | null {
    this.#checkOpen();
    return this.#native?.exitCode ?? null;
  }

  /**
   * A descriptor that becomes readable when the process has ended, for `poll(2)`. It must not be
   * read or closed.
   *
   * @throws ValueError before the start
   */
  get sentinel(): number {
    this.#checkOpen();
    if (!this.#native) throw new ValueError('process not started');
    return this.#native.sentinel;
  }

  /** Whether the object stands for the process that has it. */
  #isSelf(): boolean {
    return !this.#isChild && this.#pid === process.pid;
  }

  #checkOpen(): void {
    if (this.#closed) throw new ValueError('process object is closed');
  }

  [inspect.custom](): string {
    const type = this.constructor.name;
    if (this.#closed) return `<${type} name='${this.#name}' closed>`;
    const pid = this.#pid === null ? '' : ` pid=${this.#pid}`;
    const { exitcode } = this;
    const state =
      this.#pid === null
        ? 'initial'
        : exitcode === null
          ? 'started'
          : `stopped exitcode=${signalName(exitcode)}`;
    return `<${type} name='${this.#name}'${pid} ${state}${this.#daemon ? ' daemon' : ''}>`;
  }
}

function signalName(exitcode: number): string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === -exitcode);
  return exitcode < 0 && signal ? `-${signal[0]}` : String(exitcode);
}
