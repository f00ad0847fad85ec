import { Deadline } from '../../_internal/index.js';
import type { ChunkResult } from './engine.js';
import type { Future } from './future.js';

/**
 * The results of a `map()`, in order, each given once: as an iterator that blocks, or as an async
 * iterator.
 */
export class ResultIterator<T>
  implements Iterator<T, undefined>, Iterable<T>, AsyncIterable<T>, Disposable
{
  readonly #futures: Future<ChunkResult>[];
  readonly #deadline: Deadline;
  #next = 0;
  #results: unknown[] = [];
  #place = 0;
  #failure: { error: unknown } | undefined;

  /** @internal */
  constructor(futures: Future<ChunkResult>[], seconds: number) {
    this.#futures = futures;
    this.#deadline = new Deadline(seconds);
  }

  /**
   * The next result. **Blocks this thread** until it is there.
   *
   * @throws what the call threw; TimeoutError. The iteration is over then
   */
  next(): IteratorResult<T, undefined> {
    while (this.#place >= this.#results.length) {
      this.#throwFailure();
      const future = this.#takeFuture();
      if (!future) return { done: true, value: undefined };
      try {
        const { left } = this.#deadline;
        this.#accept(future.result(left < 0 ? null : left));
      } catch (error) {
        this.return();
        throw error;
      }
    }
    return { done: false, value: this.#results[this.#place++] as T };
  }

  async #nextAsync(): Promise<IteratorResult<T, undefined>> {
    while (this.#place >= this.#results.length) {
      this.#throwFailure();
      const future = this.#takeFuture();
      if (!future) return { done: true, value: undefined };
      try {
        const { left } = this.#deadline;
        this.#accept(await future.resultAsync({ timeout: left < 0 ? null : left }));
      } catch (error) {
        this.return();
        throw error;
      }
    }
    return { done: false, value: this.#results[this.#place++] as T };
  }

  #takeFuture(): Future<ChunkResult> | undefined {
    const future = this.#futures[this.#next];
    // Dropped, so that its results can go once they are given.
    if (future) delete this.#futures[this.#next++];
    return future;
  }

  #accept({ results, failure }: ChunkResult): void {
    this.#results = results;
    this.#place = 0;
    this.#failure = failure;
  }

  /** The error of a chunk comes after the results that it had before. */
  #throwFailure(): void {
    const failure = this.#failure;
    if (!failure) return;
    this.#failure = undefined;
    this.return();
    throw failure.error;
  }

  /** Ends the iteration, and cancels what has not begun. */
  return(): IteratorResult<T, undefined> {
    for (; this.#next < this.#futures.length; this.#next++) this.#futures[this.#next]?.cancel();
    this.#results = [];
    this.#failure = undefined;
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return {
      next: () => this.#nextAsync(),
      return: async () => this.return(),
    };
  }

  [Symbol.dispose](): void {
    this.return();
  }
}
