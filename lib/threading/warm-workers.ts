import { SHARE_ENV, Worker } from 'node:worker_threads';
import {
  addon,
  type NativeChannel,
  type NativeThread,
  Outcome,
  staging,
} from '../_native/index.js';
import { FunctionSender, putWith } from '../pickle/index.js';

/** What a new Worker is told. The numbers are tickets (`addon.withdraw`). */
export interface WarmWorkerData {
  mailbox: number;
  idle: number;
  board: number;
  index: number;
}

/** Where every Worker of heddle's begins. */
const BOOTSTRAP = new URL('../_bootstrap/thread.js', import.meta.url);

/**
 * The Workers that this thread has started. A run takes one that is idle, or boots a new one; when
 * it is over, the Worker puts its number into `idle` and waits for the next, so that a start costs
 * microseconds. All of that is native: it works while this thread is blocked.
 */
class WarmWorkers {
  readonly #idle = addon.createChannel(false, 0);
  readonly #mailboxes: NativeChannel[] = [];
  readonly functions = new FunctionSender();

  /**
   * Makes a Worker run the function of that number.
   *
   * @throws PicklingError if the arguments cannot travel; what `new Worker` throws
   */
  start(run: NativeThread, fn: number, args: readonly unknown[]): void {
    for (;;) {
      const index = this.#idle.take(0) as number;
      if (staging.taken[staging.OUTCOME] !== Outcome.done) break;
      let position: number;
      try {
        position = this.#post(this.#mailboxes[index] as NativeChannel, run, fn, args);
      } catch (error) {
        this.#idle.putValue(index, 0, 0, 0, -1);
        throw error;
      }
      // Its mailbox is closed if it has ended in the meantime.
      if (position >= 0) return;
    }
    this.#boot(run, fn, args);
  }

  #post(mailbox: NativeChannel, run: NativeThread, fn: number, args: readonly unknown[]): number {
    return putWith(mailbox, [run], args, 0, fn, 0);
  }

  #boot(run: NativeThread, fn: number, args: readonly unknown[]): void {
    const mailbox = addon.createChannel(false, 0);
    this.#post(mailbox, run, fn, args);
    const index = this.#mailboxes.push(mailbox) - 1;
    const workerData: WarmWorkerData = {
      mailbox: addon.deposit(mailbox),
      idle: addon.deposit(this.#idle),
      board: addon.deposit(this.functions.board),
      index,
    };
    // Should it die before the addon is loaded in it, somebody has to see that (native).
    run.beforeBoot();
    const worker = new Worker(BOOTSTRAP, {
      workerData,
      env: SHARE_ENV,
      argv: process.argv.slice(2),
      execArgv: process.execArgv.filter(concernsThreads),
      name: 'heddle',
    });
    run.afterBoot();
    // It ends with this thread, and never keeps it: the program waits for runs, not for Workers.
    worker.unref();
    worker.on('error', (error) => process.stderr.write(`${error.stack ?? error}\n`));
    worker.on('exit', () => {
      for (const ticket of [workerData.mailbox, workerData.idle, workerData.board]) {
        addon.withdraw(ticket);
      }
      run.end(true);
    });
  }
}

/** Whether an option of Node's holds for Workers, too: not so what says how the program is read. */
function concernsThreads(option: string, index: number, options: string[]): boolean {
  const program = /^(-e|--eval|-p|--print|-pe)$/;
  if (program.test(option) || program.test(options[index - 1] ?? '')) return false;
  return !/^(--input-type|--eval|--print)=/.test(option);
}

let instance: WarmWorkers | undefined;

export function warmWorkers(): WarmWorkers {
  instance ??= new WarmWorkers();
  return instance;
}
