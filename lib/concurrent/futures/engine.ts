import {
  addon,
  cancelWaiter,
  type NativeChannel,
  Outcome,
  staging,
  startWaiter,
  succeeded,
} from '../../_native/index.js';
import { type Callable, FunctionSender, putValue, takeValue } from '../../pickle/index.js';
import type { BrokenExecutor } from './errors.js';
import { type Driver, Future } from './future.js';
import { AnswerShape, CLOSURE } from './protocol.js';

/** Why a worker is lost: its initializer threw, or (undefined) it was ended by force. */
export type WorkerFailure = { error: unknown } | undefined;

/** What a chunk's future is done with: its results, and the error that ended it early, if any. */
export interface ChunkResult {
  results: unknown[];
  failure?: { error: unknown };
}

/**
 * One executor's traffic with its workers, over two channels: tasks go out, answers come in. The
 * same for threads and processes, which differ in how a worker is started.
 *
 * Answers are handled in the thread that owns the executor: by its event loop, or while it is
 * blocked in `result()`, by `pump()`.
 */
export class Engine implements Driver {
  readonly tasks: NativeChannel;
  readonly answers: NativeChannel;
  readonly functions: FunctionSender;
  readonly #onWorkerLost: (failure: WorkerFailure) => void;
  /** The futures of the tasks that have no answer, by slot. */
  readonly #pending: (Future | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  #outstanding = 0;
  /** The waiter that makes the event loop handle answers, while there are tasks without. */
  #waiter: number | undefined;

  /** @param onWorkerLost what to do when there is a worker less */
  constructor(shared: boolean, onWorkerLost: (failure: WorkerFailure) => void) {
    this.tasks = addon.createChannel(shared, 0);
    this.answers = addon.createChannel(shared, 0);
    this.functions = new FunctionSender(shared);
    this.#onWorkerLost = onWorkerLost;
  }

  /** How many tasks have no answer yet, as far as this thread knows. */
  get outstanding(): number {
    return this.#outstanding;
  }

  /**
   * Sends a task.
   *
   * @throws PicklingError if the function or the payload cannot travel; nothing is sent then
   */
  send(fn: Callable, shape: number, payload: unknown): Future {
    const number = this.functions.numberOf(fn);
    if (number < 0) return this.#send(shape | CLOSURE, [fn, payload], 0);
    return this.#send(shape, payload, number);
  }

  #send(shape: number, payload: unknown, number: number): Future {
    const slot = this.#freeSlots.pop() ?? this.#pending.length;
    const future = new Future<unknown>(this, slot);
    // In its place before it is sent: the answer may be there at once.
    this.#pending[slot] = future;
    try {
      future.position = putValue(this.tasks, payload, shape, slot, number);
    } catch (error) {
      this.#pending[slot] = undefined;
      this.#freeSlots.push(slot);
      throw error;
    }
    this.#outstanding++;
    if (this.#waiter === undefined) this.#listen();
    return future;
  }

  isRunning({ position }: Future): boolean {
    return !this.tasks.isQueued(position);
  }

  revoke({ slot, position }: Future): boolean {
    if (!this.tasks.revoke(position)) return false;
    this.#settled(slot);
    return true;
  }

  pump(seconds: number): boolean {
    const answer = takeValue(this.answers, seconds);
    if (!succeeded(staging.taken[staging.OUTCOME] as number)) return false;
    this.#handle(answer);
    this.drain();
    return true;
  }

  /** Handles what has come, without waiting. */
  drain(): void {
    for (;;) {
      const answer = takeValue(this.answers, 0);
      if (staging.taken[staging.OUTCOME] !== Outcome.done) return;
      this.#handle(answer);
    }
  }

  /** Fails everything that has no answer. */
  break(error: BrokenExecutor): void {
    for (const future of this.#pending) {
      if (!future) continue;
      this.#settled(future.slot);
      future.setException(error);
    }
  }

  /** Cancels what no worker has taken. */
  cancelAll(): void {
    for (const future of this.#pending) future?.cancel();
  }

  #handle(answer: unknown): void {
    const { taken } = staging;
    const shape = taken[staging.SHAPE] as number;
    const slot = taken[staging.A] as number;
    if (shape === AnswerShape.died || shape === AnswerShape.initializerFailed) {
      this.#onWorkerLost(shape === AnswerShape.died ? undefined : { error: answer });
      return;
    }
    const future = this.#pending[slot];
    if (!future) return;
    this.#settled(slot);
    if (shape === AnswerShape.result) {
      future.setResult(answer);
    } else if (shape === AnswerShape.chunkResult) {
      future.setResult({ results: answer as unknown[] } satisfies ChunkResult);
    } else if (shape === AnswerShape.chunkError) {
      const [error, results] = answer as [unknown, unknown[]];
      future.setResult({ results, failure: { error } } satisfies ChunkResult);
    } else {
      future.setException(answer);
    }
  }

  #settled(slot: number): void {
    this.#pending[slot] = undefined;
    this.#freeSlots.push(slot);
    if (--this.#outstanding === 0 && this.#waiter !== undefined) {
      cancelWaiter(this.#waiter);
      this.#waiter = undefined;
    }
  }

  /** Keeps the event loop alive until all is answered, and lets it handle the answers. */
  #listen(): void {
    const { outcome, id } = startWaiter(
      (waiter) => this.answers.readableAsync(waiter, true),
      () => {
        this.#waiter = undefined;
        this.#answered();
      },
    );
    if (outcome === Outcome.wait) this.#waiter = id;
    else setImmediate(() => this.#answered());
  }

  #answered(): void {
    this.drain();
    if (this.#outstanding > 0 && this.#waiter === undefined) this.#listen();
  }
}
