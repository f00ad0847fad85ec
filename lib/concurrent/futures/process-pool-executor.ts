import { constants } from 'node:os';
import { checkInteger, checkOptions, wrongType } from '../../_internal/index.js';
import { addon, type NativeProcess } from '../../_native/index.js';
import { ValueError } from '../../errors.js';
import { type BaseContext, getContext, internals } from '../../multiprocessing/index.js';
import type { WorkerLoss } from './engine.js';
import { BrokenProcessPool } from './errors.js';
import { PoolExecutor } from './pool-executor.js';
import { AnswerShape } from './protocol.js';
import { SERVE_TASKS_IN_PROCESS } from './serve-tasks.js';

/** Options of `new ProcessPoolExecutor()`. */
export interface ProcessPoolExecutorOptions {
  /** How many processes there are at most. Default: the usable cores. */
  maxWorkers?: number;
  /**
   * How the processes are started: `getContext('spawn')`, or `heddle/multiprocessing` itself. Default:
   * by the method in force; with `maxTasksPerChild` not by fork.
   */
  mpContext?: Context | null | undefined;
  /** Called once in each process before its first task. If it throws, the executor is broken. */
  // biome-ignore lint/suspicious/noExplicitAny: any function can initialize
  initializer?: (...args: any[]) => unknown;
  /** The arguments of `initializer`. */
  initargs?: readonly unknown[];
  /** After how many tasks a process is replaced by a new one. Default: never. */
  maxTasksPerChild?: number | null;
}

interface Context {
  getContext(): BaseContext;
}

/** Number the processes' names as Python does. */
let counter = 0;

/**
 * Runs calls in a pool of processes, which are started as they are needed and kept. Nothing of a
 * task can harm the program: if a process is killed, whatever has no result yet fails at once with
 * `BrokenProcessPool`. The processes end with the program, however that ends.
 *
 * Differs from CPython: closures and inline functions can be submitted; what cannot travel is an
 * error of `submit()`, not of the future.
 *
 * @example
 * await using pool = new ProcessPoolExecutor();
 * const digest = await pool.submit(hashFile, 'a.txt');
 *
 * @see https://docs.python.org/3.13/library/concurrent.futures.html#processpoolexecutor
 */
export class ProcessPoolExecutor extends PoolExecutor<NativeProcess> {
  readonly #context: BaseContext;
  readonly #mostTasks: number;
  /** Those that take no more tasks, by their numbers, until they have ended. */
  readonly #retiring = new Map<number, NativeProcess>();

  /** @throws ValueError for maxWorkers or maxTasksPerChild less than 1, or for the latter with fork; TypeError */
  constructor(options?: ProcessPoolExecutorOptions) {
    const {
      maxWorkers = addon.usableCores(),
      initializer,
      initargs,
      maxTasksPerChild,
      mpContext,
    } = checkOptions(options, [
      'maxWorkers',
      'mpContext',
      'initializer',
      'initargs',
      'maxTasksPerChild',
    ]);
    if (maxTasksPerChild !== undefined && maxTasksPerChild !== null) {
      checkInteger('maxTasksPerChild', maxTasksPerChild);
      if (maxTasksPerChild < 1) throw new ValueError('maxTasksPerChild must be >= 1');
    }
    const context = contextOf(mpContext, maxTasksPerChild ?? 0);
    super(true, { maxWorkers, initializer, initargs });
    this.#context = context;
    this.#mostTasks = maxTasksPerChild ?? 0;
  }

  protected override startWorker(number: number, args: readonly unknown[]): NativeProcess {
    counter += 1;
    const child = internals.launch({
      method: this.#context.getStartMethod(),
      name: `${this.#context.Process.name}-${counter}`,
      // As a thread's worker: what the program waits for is the tasks.
      daemon: true,
      main: SERVE_TASKS_IN_PROCESS,
      args: [...args, this.#mostTasks],
      isOneOfMany: this.#mostTasks > 0,
    });
    child.setLastWords(this.engine.answers, AnswerShape.died, number);
    return child;
  }

  protected override lost(loss: WorkerLoss): void {
    const { worker, retired, initializerError } = loss;
    const child = this.workers.get(worker) ?? this.#retiring.get(worker);
    this.workers.delete(worker);
    if (retired) {
      // It has done its share of tasks: another takes its place, if there is something to do.
      if (child) this.#retiring.set(worker, child);
      if (this.engine.outstanding > 0) this.provideWorkers();
      return;
    }
    if (this.#retiring.delete(worker)) return;
    const exitCode = child?.exitCode ?? null;
    // After a shutdown they end by themselves.
    if (!initializerError && this.engine.isClosed && exitCode === 0) return;
    super.lost({ ...loss, exitCode });
    for (const other of this.workers.values()) other.signal(constants.signals.SIGTERM);
  }

  protected override joinWorkers(): void {
    for (const child of this.#retiring.values()) child.join(-1);
    super.joinWorkers();
  }

  protected override broken({ initializerError, exitCode }: WorkerLoss): BrokenProcessPool {
    if (initializerError) {
      return new BrokenProcessPool(
        'A process initializer failed, the process pool is not usable anymore',
        { cause: initializerError.error },
      );
    }
    const how = exitCode === null || exitCode === undefined ? '' : ` (${ending(exitCode)})`;
    return new BrokenProcessPool(
      `A child process terminated abruptly, the process pool is not usable anymore${how}`,
    );
  }
}

function contextOf(given: Context | null | undefined, mostTasks: number): BaseContext {
  if (given === undefined || given === null) {
    const context = getContext();
    // A copy of a program with threads is no place to start again from.
    return mostTasks > 0 && context.getStartMethod() === 'fork' ? getContext('spawn') : context;
  }
  const context = typeof given.getContext === 'function' ? given.getContext() : undefined;
  if (!(context instanceof internals.BaseContext)) {
    throw wrongType('mpContext', "a context (getContext('spawn'))", given);
  }
  if (mostTasks > 0 && context.getStartMethod() === 'fork') {
    throw new ValueError(
      "max_tasks_per_child is incompatible with the 'fork' multiprocessing start method; " +
        'supply a different mp_context.',
    );
  }
  return context;
}

function ending(exitCode: number): string {
  return exitCode < 0 ? `by signal ${-exitCode}` : `with exit code ${exitCode}`;
}
