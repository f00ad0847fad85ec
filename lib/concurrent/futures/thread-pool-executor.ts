import { checkOptions, checkString } from '../../_internal/index.js';
import { addon, type NativeThread } from '../../_native/index.js';
import { internals } from '../../_thread/index.js';
import type { WorkerLoss } from './engine.js';
import { BrokenThreadPool } from './errors.js';
import { PoolExecutor } from './pool-executor.js';
import { AnswerShape } from './protocol.js';
import { SERVE_TASKS } from './serve-tasks.js';

/** Options of `new ThreadPoolExecutor()`. */
export interface ThreadPoolExecutorOptions {
  /** How many threads there are at most. Default: the usable cores + 4, at most 32. */
  maxWorkers?: number;
  /** What the threads' names begin with. Default: "ThreadPoolExecutor-N". */
  threadNamePrefix?: string;
  /** Called once in each thread before its first task. If it throws, the executor is broken. */
  // biome-ignore lint/suspicious/noExplicitAny: any function can initialize
  initializer?: (...args: any[]) => unknown;
  /** The arguments of `initializer`. */
  initargs?: readonly unknown[];
}

let counter = 0;

/**
 * Runs calls in a pool of threads, which are started as they are needed and kept.
 *
 * @example
 * await using pool = new ThreadPoolExecutor();
 * const digest = await pool.submit(hashFile, 'a.txt');
 *
 * @see https://docs.python.org/3.13/library/concurrent.futures.html#threadpoolexecutor
 */
export class ThreadPoolExecutor extends PoolExecutor<NativeThread> {
  readonly #prefix: string;

  /** @throws ValueError for maxWorkers less than 1; TypeError */
  constructor(options?: ThreadPoolExecutorOptions) {
    const {
      maxWorkers = Math.min(32, addon.usableCores() + 4),
      threadNamePrefix,
      initializer,
      initargs,
    } = checkOptions(options, ['maxWorkers', 'threadNamePrefix', 'initializer', 'initargs']);
    if (threadNamePrefix !== undefined) checkString('threadNamePrefix', threadNamePrefix);
    super(false, { maxWorkers, initializer, initargs });
    this.#prefix = threadNamePrefix ?? `ThreadPoolExecutor-${counter++}`;
  }

  protected override startWorker(number: number, args: readonly unknown[]): NativeThread {
    const warm = internals.warmWorkers();
    let serving = serveTasks.get(warm);
    if (serving === undefined) {
      serving = warm.functions.add(SERVE_TASKS);
      serveTasks.set(warm, serving);
    }
    // A daemon: what the program waits for is the tasks, which keep its event loop alive.
    const run = addon.createThread(`${this.#prefix}_${number}`, true);
    run.setLastWords(this.engine.answers, AnswerShape.died, number);
    internals.startRun(run, () => ({ number: serving, args }));
    return run;
  }

  protected override broken({ initializerError }: WorkerLoss): BrokenThreadPool {
    return initializerError
      ? new BrokenThreadPool('A thread initializer failed, the thread pool is not usable anymore', {
          cause: initializerError.error,
        })
      : new BrokenThreadPool(
          'A thread in the pool was ended abruptly, the thread pool is not usable anymore',
        );
  }
}

/** The numbers of `serveTasks` on this thread's boards. */
const serveTasks = new WeakMap<object, number>();
