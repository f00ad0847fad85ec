import { checkFunction, checkInteger, checkOptions, checkString } from '../../_internal/index.js';
import { addon, builtFile, type NativeThread, waitAsync } from '../../_native/index.js';
import { ValueError } from '../../errors.js';
import { Handle } from '../../pickle/index.js';
import { internals } from '../../threading/index.js';
import { Engine, type WorkerFailure } from './engine.js';
import { BrokenThreadPool } from './errors.js';
import { Executor } from './executor.js';
import { AnswerShape } from './protocol.js';

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

/** Shuts the threads of an executor down that was forgotten. */
const forgotten = new FinalizationRegistry<Engine>((engine) => engine.tasks.close());

/**
 * Runs calls in a pool of threads, which are started as they are needed and kept.
 *
 * @example
 * await using pool = new ThreadPoolExecutor();
 * const digest = await pool.submit(hashFile, 'a.txt');
 *
 * @see https://docs.python.org/3.13/library/concurrent.futures.html#threadpoolexecutor
 */
export class ThreadPoolExecutor extends Executor {
  protected override readonly engine: Engine;
  readonly #maxWorkers: number;
  readonly #prefix: string;
  readonly #initializer: number;
  readonly #initargs: readonly unknown[];
  readonly #workers: NativeThread[] = [];

  /** @throws ValueError for maxWorkers less than 1; TypeError; PicklingError */
  constructor(options?: ThreadPoolExecutorOptions) {
    super();
    const {
      maxWorkers = Math.min(32, addon.usableCores() + 4),
      threadNamePrefix,
      initializer,
      initargs = [],
    } = checkOptions(options, ['maxWorkers', 'threadNamePrefix', 'initializer', 'initargs']);
    checkInteger('maxWorkers', maxWorkers);
    if (maxWorkers < 1) throw new ValueError('maxWorkers must be greater than 0');
    if (threadNamePrefix !== undefined) checkString('threadNamePrefix', threadNamePrefix);
    if (initializer !== undefined) checkFunction('initializer', initializer);
    this.#maxWorkers = maxWorkers;
    this.#prefix = threadNamePrefix ?? `ThreadPoolExecutor-${counter++}`;
    this.#initargs = initargs;

    // Weak: the engine must not keep the executor that a program has forgotten.
    const self = new WeakRef(this);
    this.engine = new Engine(false, (failure) => {
      const executor = self.deref();
      if (executor) executor.#lost(failure);
    });
    forgotten.register(this, this.engine);
    this.#initializer = initializer ? this.engine.functions.numberOf(initializer) : -1;
  }

  protected override provideWorkers(): void {
    const count = this.#workers.length;
    if (count >= this.#maxWorkers || this.engine.outstanding <= count) return;
    const warm = internals.warmWorkers();
    serveTasks ??= warm.functions.add({
      kind: 'reference',
      format: 'module',
      url: builtFile('concurrent/futures/worker.js').href,
      path: ['serveTasks'],
    });
    const number = serveTasks;
    // A daemon: what the program waits for is the tasks, which keep its event loop alive.
    const run = addon.createThread(`${this.#prefix}_${count}`, true);
    run.setLastWords(this.engine.answers, AnswerShape.died, count);
    run.announce();
    try {
      warm.start(run, () => number, [
        count,
        new Handle(this.engine.tasks),
        new Handle(this.engine.answers),
        new Handle(this.engine.functions.board),
        this.#initializer,
        this.#initargs,
      ]);
    } catch (error) {
      run.end(false);
      // Those that are there will do; without any, whoever has submitted must know.
      if (count === 0) throw error;
      return;
    }
    this.#workers.push(run);
  }

  #lost(failure: WorkerFailure): void {
    this.break(
      failure
        ? new BrokenThreadPool(
            'A thread initializer failed, the thread pool is not usable anymore',
            {
              cause: failure.error,
            },
          )
        : new BrokenThreadPool(
            'A thread in the pool was ended abruptly, the thread pool is not usable anymore',
          ),
    );
  }

  protected override joinWorkers(): void {
    for (const run of this.#workers) run.join(-1);
  }

  protected override async joinWorkersAsync(): Promise<void> {
    await Promise.all(this.#workers.map((run) => waitAsync((id) => run.joinAsync(id))));
  }
}

/** The number of `serveTasks` on this thread's board. */
let serveTasks: number | undefined;
