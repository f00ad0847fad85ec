import {
  checkFunction,
  checkInteger,
  checkOptions,
  toSeconds,
  wrongType,
} from '../../_internal/index.js';
import { RuntimeError, ValueError } from '../../errors.js';
import type { ChunkResult, Engine } from './engine.js';
import type { BrokenExecutor } from './errors.js';
import type { Future } from './future.js';
import { TaskShape } from './protocol.js';
import { ResultIterator } from './result-iterator.js';

/** Options of `map()`. */
export interface MapOptions {
  /** Seconds from the call on until the results must be there; null or left out: no limit. */
  timeout?: number | null;
  /** How many items one task takes. Large chunks of cheap calls are many times faster. Default 1. */
  chunksize?: number;
}

/** Options of `shutdown()`. */
export interface ShutdownOptions {
  /** Whether to wait until all tasks are done and the workers have ended. Default true. */
  wait?: boolean;
  /** Whether to cancel what no worker has taken. Default false. */
  cancelFutures?: boolean;
}

/** A result of a function, awaited as the worker does. */
export type Result<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;

/** What all kinds of executors have in common. */
export abstract class Executor implements Disposable, AsyncDisposable {
  #isShutDown = false;
  #broken: BrokenExecutor | undefined;

  /** @internal */
  protected abstract readonly engine: Engine;
  /** @internal Sees to it that there are workers for what is outstanding. */
  protected abstract provideWorkers(): void;
  /** @internal Waits for the workers' end. */
  protected abstract joinWorkers(): void;
  /** @internal */
  protected abstract joinWorkersAsync(): Promise<void>;

  /**
   * Calls `fn(...args)` in a worker. Does not block.
   *
   * @param fn travels as docs/functions.md says; it may be async
   * @param args are copied; primitives and SharedMemory in them are shared
   * @throws PicklingError if something cannot travel: nothing is lost, the executor goes on;
   *   RuntimeError after `shutdown()`; BrokenExecutor
   */
  // biome-ignore lint/suspicious/noExplicitAny: any function can be submitted
  submit<F extends (...args: any[]) => unknown>(fn: F, ...args: Parameters<F>): Future<Result<F>> {
    checkFunction('fn', fn);
    this.#checkOpen();
    const future =
      args.length === 0
        ? this.engine.send(fn, TaskShape.none, undefined)
        : args.length === 1
          ? this.engine.send(fn, TaskShape.one, args[0])
          : this.engine.send(fn, TaskShape.many, args);
    this.#provideWorkersFor(future);
    return future as Future<Result<F>>;
  }

  /**
   * Calls `fn` with each item (of several iterables: with an item of each, as long as all have
   * one), several at once. All calls are submitted before this returns.
   *
   * @returns the results in the items' order, as an iterator, whose `next()` **blocks**, and as an
   *   async iterator. What a call threw is thrown in its place. When the iteration is ended early,
   *   what has not begun is cancelled.
   * @throws ValueError for a chunksize less than 1; PicklingError; RuntimeError; BrokenExecutor.
   *   `next()` throws TimeoutError
   */
  // biome-ignore lint/suspicious/noExplicitAny: any function can be mapped
  map<F extends (...args: any[]) => unknown>(
    fn: F,
    iterable: Iterable<Parameters<F>[0]>,
    options?: MapOptions,
  ): ResultIterator<Result<F>>;
  // biome-ignore lint/suspicious/noExplicitAny: any function can be mapped
  map<F extends (...args: any[]) => unknown>(
    fn: F,
    ...iterables: (Iterable<unknown> | MapOptions)[]
  ): ResultIterator<Result<F>>;
  map(fn: (...args: never[]) => unknown, ...rest: unknown[]): ResultIterator<unknown> {
    checkFunction('fn', fn);
    this.#checkOpen();
    const options = isIterable(rest.at(-1)) || rest.length === 0 ? undefined : rest.pop();
    const { timeout, chunksize = 1 } = checkOptions(options as MapOptions | undefined, [
      'timeout',
      'chunksize',
    ]);
    checkInteger('chunksize', chunksize);
    if (chunksize < 1) throw new ValueError('chunksize must be >= 1.');
    if (rest.length === 0) throw wrongType('iterable', 'iterable', undefined);
    for (const iterable of rest) {
      if (!isIterable(iterable)) throw wrongType('iterable', 'iterable', iterable);
    }
    const seconds = toSeconds(timeout);
    const iterables = rest as Iterable<unknown>[];
    const shape = iterables.length === 1 ? TaskShape.chunk : TaskShape.chunkOfMany;
    const futures: Future<ChunkResult>[] = [];
    try {
      for (const chunk of chunks(zip(iterables), chunksize)) {
        const future = this.engine.send(fn, shape, chunk);
        this.#provideWorkersFor(future);
        futures.push(future as Future<ChunkResult>);
      }
    } catch (error) {
      for (const future of futures) future.cancel();
      throw error;
    }
    return new ResultIterator(futures, seconds);
  }

  /**
   * Takes no more tasks, and frees what the executor holds when the last is done. **Blocks** until
   * then, unless `wait` is false; in a server use `shutdownAsync()`. May be called again.
   */
  shutdown(options?: ShutdownOptions): void {
    if (this.#close(options)) {
      while (this.engine.outstanding > 0) this.engine.pump(-1);
      this.joinWorkers();
      this.engine.drain();
    }
  }

  /** As `shutdown()`, without blocking. */
  async shutdownAsync(options?: ShutdownOptions): Promise<void> {
    if (this.#close(options)) {
      await this.joinWorkersAsync();
      this.engine.drain();
    }
  }

  /** A task that no worker could be started for is taken back before the error is thrown. */
  #provideWorkersFor(future: Future<unknown>): void {
    try {
      this.provideWorkers();
    } catch (error) {
      if (future.cancel()) throw error;
    }
  }

  #close(options: ShutdownOptions | undefined): boolean {
    const { wait = true, cancelFutures = false } = checkOptions(options, ['wait', 'cancelFutures']);
    this.#isShutDown = true;
    if (cancelFutures) this.engine.cancelAll();
    this.engine.close();
    return wait;
  }

  /** Calls `shutdown()`: **blocks** until all tasks are done. */
  [Symbol.dispose](): void {
    this.shutdown();
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdownAsync();
  }

  /** @internal Nothing can be run any more. */
  protected break(error: BrokenExecutor): void {
    this.#broken = error;
    this.engine.close();
    this.engine.break(error);
  }

  #checkOpen(): void {
    if (this.#broken) throw this.#broken;
    if (this.#isShutDown) throw new RuntimeError('cannot schedule new futures after shutdown');
  }
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof (value as Iterable<unknown> | null | undefined)?.[Symbol.iterator] === 'function';
}

/** Items of one iterable, or arrays of items as long as all iterables have one. */
function zip(iterables: Iterable<unknown>[]): Iterable<unknown> {
  const [first] = iterables;
  return iterables.length === 1 && first ? first : zipMany(iterables);
}

function* zipMany(iterables: Iterable<unknown>[]): Iterable<unknown[]> {
  const iterators = iterables.map((iterable) => iterable[Symbol.iterator]());
  for (;;) {
    const items: unknown[] = [];
    for (const iterator of iterators) {
      const { done, value } = iterator.next();
      if (done) return;
      items.push(value);
    }
    yield items;
  }
}

function* chunks(items: Iterable<unknown>, size: number): Iterable<unknown[]> {
  if (Array.isArray(items)) {
    for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
    return;
  }
  let chunk: unknown[] = [];
  for (const item of items) {
    if (chunk.push(item) < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
