import { checkFunction, checkInteger } from '../../_internal/index.js';
import { waitAsync } from '../../_native/index.js';
import { ValueError } from '../../errors.js';
import { Engine, type WorkerLoss } from './engine.js';
import type { BrokenExecutor } from './errors.js';
import { Executor } from './executor.js';

/** What every pool of workers is told. */
export interface PoolOptions {
  /** How many workers there are at most. */
  maxWorkers: number;
  /** Called once in each worker before its first task. If it throws, the executor is broken. */
  // biome-ignore lint/suspicious/noExplicitAny: any function can initialize
  initializer?: ((...args: any[]) => unknown) | undefined;
  /** The arguments of `initializer`. */
  initargs?: readonly unknown[] | undefined;
}

/** A worker that was started: a thread's run, or a process. */
export interface PoolWorker {
  join(seconds: number): number;
  joinAsync(id: number): number;
}

/** Shuts the workers of an executor down that was forgotten. */
const forgotten = new FinalizationRegistry<Engine>((engine) => engine.close());

/** A pool of workers, which are started as they are needed and kept. */
export abstract class PoolExecutor<W extends PoolWorker> extends Executor {
  protected override readonly engine: Engine;
  readonly #maxWorkers: number;
  readonly #initializer: PoolOptions['initializer'];
  readonly #initargs: readonly unknown[];
  /** By their numbers. */
  protected readonly workers = new Map<number, W>();
  #started = 0;

  protected constructor(shared: boolean, { maxWorkers, initializer, initargs }: PoolOptions) {
    super();
    checkInteger('maxWorkers', maxWorkers);
    if (maxWorkers < 1) throw new ValueError('maxWorkers must be greater than 0');
    if (initializer !== undefined) checkFunction('initializer', initializer);
    this.#maxWorkers = maxWorkers;
    this.#initializer = initializer;
    this.#initargs = initargs ?? [];

    // Weak: the engine must not keep the executor that a program has forgotten.
    const self = new WeakRef(this);
    this.engine = new Engine(shared, (loss) => self.deref()?.lost(loss));
    forgotten.register(this, this.engine);
  }

  /**
   * Starts the worker of that number, which calls `serveTasks` with these arguments.
   *
   * @throws whatever keeps it from starting
   */
  protected abstract startWorker(number: number, args: readonly unknown[]): W;
  /** The error of all that has no answer, when a worker was lost. */
  protected abstract broken(loss: WorkerLoss): BrokenExecutor;

  protected override provideWorkers(): void {
    const count = this.workers.size;
    if (count >= this.#maxWorkers || this.engine.outstanding <= count) return;
    const number = this.#started;
    try {
      const worker = this.startWorker(number, [
        ...this.engine.serveArguments(number),
        this.#initializer ?? null,
        this.#initargs,
      ]);
      this.workers.set(number, worker);
      this.#started++;
    } catch (error) {
      // Those that are there will do; without any, whoever has submitted must know.
      if (count === 0) throw error;
    }
  }

  protected lost(loss: WorkerLoss): void {
    this.break(this.broken(loss));
  }

  protected override joinWorkers(): void {
    for (const worker of this.workers.values()) worker.join(-1);
  }

  protected override async joinWorkersAsync(): Promise<void> {
    const workers = [...this.workers.values()];
    await Promise.all(workers.map((worker) => waitAsync((id) => worker.joinAsync(id))));
  }
}
