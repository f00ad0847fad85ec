import { SHARE_ENV, Worker, type WorkerOptions } from 'node:worker_threads';
import { inheritedExecArgv } from '../_internal/index.js';
import {
  addon,
  builtFile,
  type NativeChannel,
  type NativeThread,
  Outcome,
  staging,
} from '../_native/index.js';
import { isTracing, noticesSeen, withHooks } from '../_trace/index.js';
import { RuntimeError } from '../errors.js';
import { FunctionSender, putWith } from '../pickle/index.js';

/** What a new Worker is told. The numbers are tickets (`addon.withdraw`). */
export interface WarmWorkerData {
  mailbox: number;
  idle: number;
  board: number;
  index: number;
  /** What it loads is instrumented: it is for runs that report to a trace function. */
  traces: boolean;
}

/** A function of the thread's board by its number; -1: the first argument is the function. */
export interface Call {
  number: number;
  args: readonly unknown[];
}

const MEBIBYTE = 2 ** 20;
/** With less stack Node cannot begin a Worker; a part of it is Node's own. */
const LEAST_STACK = MEBIBYTE / 2;

/** Where every Worker of heddle's begins. */
const BOOTSTRAP = builtFile('_bootstrap/thread.cjs');

/**
 * The Workers that this thread has started. A run takes one that is idle, or boots a new one; when
 * it is over, the Worker puts its number into `idle` and waits for the next, so that a start costs
 * microseconds. All of that is native: it works while this thread is blocked.
 */
class WarmWorkers {
  readonly #mailboxes: NativeChannel[] = [];
  /** Those of each size of stack apart. */
  readonly #idle = new Map<number, NativeChannel>();
  readonly functions = new FunctionSender(false);
  readonly #traces: boolean;

  constructor(traces: boolean) {
    this.#traces = traces;
  }

  /**
   * Makes a Worker run what `describe` returns. A Worker that has to be booted does so meanwhile: the
   * first description of a function takes as long.
   *
   * @throws PicklingError if the arguments cannot travel; what `describe` and `new Worker` throw
   */
  start(run: NativeThread, describe: () => Call): void {
    const stackSize = addon.stackSize();
    const idle = this.#idleOf(stackSize);
    for (;;) {
      const index = idle.take(0) as number;
      if (staging.taken[staging.OUTCOME] !== Outcome.done) break;
      let position: number;
      try {
        position = this.#post(this.#mailboxes[index] as NativeChannel, run, describe());
      } catch (error) {
        idle.putValue(index, 0, 0, 0, -1);
        throw error;
      }
      // Its mailbox is closed if it has ended in the meantime.
      if (position >= 0) return;
    }
    this.#boot(run, describe, idle, stackSize);
  }

  #idleOf(stackSize: number): NativeChannel {
    let idle = this.#idle.get(stackSize);
    if (idle === undefined) {
      idle = addon.createChannel(false, 0);
      this.#idle.set(stackSize, idle);
    }
    return idle;
  }

  #post(mailbox: NativeChannel, run: NativeThread, { number, args }: Call): number {
    const all = this.#traces ? withHooks(args, number < 0 ? 1 : 0) : args;
    return putWith(mailbox, [run], all, 0, number, noticesSeen());
  }

  #boot(run: NativeThread, describe: () => Call, idle: NativeChannel, stackSize: number): void {
    const mailbox = addon.createChannel(false, 0);
    const index = this.#mailboxes.push(mailbox) - 1;
    const workerData: WarmWorkerData = {
      mailbox: addon.deposit(mailbox),
      idle: addon.deposit(idle),
      board: addon.deposit(this.functions.board),
      index,
      traces: this.#traces,
    };
    // What the Worker did not take because it never came to it.
    const leave = () => {
      for (const ticket of [workerData.mailbox, workerData.idle, workerData.board]) {
        addon.withdraw(ticket);
      }
    };
    // Should it die before the addon is loaded in it, somebody has to see that (native).
    run.beforeBoot();
    let worker: Worker;
    try {
      worker = newWorker({
        workerData,
        env: SHARE_ENV,
        argv: process.argv.slice(2),
        name: 'heddle',
        ...(stackSize > 0 && {
          resourceLimits: { stackSizeMb: Math.max(stackSize, LEAST_STACK) / MEBIBYTE },
        }),
      });
    } catch (cause) {
      leave();
      throw new RuntimeError("can't start new thread", { cause });
    }
    run.afterBoot();
    // It ends with this thread, and never keeps it: the program waits for runs, not for Workers.
    worker.unref();
    worker.on('error', (error) => process.stderr.write(`${error.stack ?? error}\n`));
    worker.on('exit', () => {
      leave();
      run.end(true);
    });
    try {
      this.#post(mailbox, run, describe());
    } catch (error) {
      void worker.terminate();
      throw error;
    }
  }
}

/** A Worker takes Node's own options over, except those that say how the program is read. */
function newWorker(options: WorkerOptions): Worker {
  const execArgv = inheritedExecArgv();
  if (execArgv.length === process.execArgv.length) return new Worker(BOOTSTRAP, options);
  try {
    return new Worker(BOOTSTRAP, { ...options, execArgv });
  } catch (error) {
    // Handed over by name, options of V8 and of the whole process are refused; they hold anyway.
    const refused = /flags: (.*)$/.exec((error as Error).message)?.[1]?.split(', ');
    if ((error as { code?: string }).code !== 'ERR_WORKER_INVALID_EXEC_ARGV' || !refused)
      throw error;
    const accepted = execArgv.filter((option) => !refused.includes(option));
    return new Worker(BOOTSTRAP, { ...options, execArgv: accepted });
  }
}

const instances: { plain?: WarmWorkers; traces?: WarmWorkers } = {};

/** Those for runs that are started now. */
export function warmWorkers(): WarmWorkers {
  const kind = isTracing() ? 'traces' : 'plain';
  instances[kind] ??= new WarmWorkers(kind === 'traces');
  return instances[kind];
}
