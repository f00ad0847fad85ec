import {
  addon,
  cancelWaiter,
  type NativeChannel,
  Outcome,
  staging,
  startWaiter,
  succeeded,
} from '../../_native/index.js';
import {
  type Callable,
  FunctionSender,
  Handle,
  isTree,
  putTree,
  putValue,
  takeAnyway,
  Unreadable,
  ValueDelayed,
} from '../../pickle/index.js';
import type { BrokenExecutor } from './errors.js';
import { type Driver, Future } from './future.js';
import { AnswerShape, CAPTURES, CLOSURE } from './protocol.js';

/** How a pool came to have a worker less. */
export interface WorkerLoss {
  /** Its number. */
  worker: number;
  /** It has done its share of tasks, and ends. */
  retired?: boolean;
  /** Its initializer threw. */
  initializerError?: { error: unknown };
  /** Of a process that has ended. */
  exitCode?: number | null;
}

/** How a payload is put: `putValue`, or `putTree` for what is known to be a tree. */
type Put = (channel: NativeChannel, payload: never, shape: number, a: number, b: number) => number;

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
  readonly #onWorkerLost: (loss: WorkerLoss) => void;
  #isClosed = false;
  /** The futures of the tasks that have no answer, by slot. */
  readonly #pending: (Future | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  #outstanding = 0;
  /** The waiter that makes the event loop handle answers, while there are tasks without. */
  #waiter: number | undefined;

  /** @param onWorkerLost what to do when there is a worker less */
  constructor(shared: boolean, onWorkerLost: (loss: WorkerLoss) => void) {
    this.tasks = addon.createChannel(shared, 0);
    this.answers = addon.createChannel(shared, 0);
    this.functions = new FunctionSender(shared);
    this.#onWorkerLost = onWorkerLost;
  }

  /** What a worker needs to serve the engine: the first arguments of `serveTasks`. */
  serveArguments(worker: number): unknown[] {
    return [worker, ...[this.tasks, this.answers, this.functions.board].map((c) => new Handle(c))];
  }

  /** No task is sent any more. Workers end when they have done what is there. */
  close(): void {
    this.#isClosed = true;
    this.tasks.close();
  }

  get isClosed(): boolean {
    return this.#isClosed;
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
    const { number, values } = this.functions.partsOf(fn);
    if (values.length === 0) return this.#send(shape, payload, number);
    const box = payload === undefined ? [values] : [values, payload];
    if (number >= 0 && isTree(box)) return this.#send(shape | CAPTURES, box, number, putTree);
    return this.#send(shape | CLOSURE, [fn, payload], 0);
  }

  #send(shape: number, payload: unknown, number: number, put: Put = putValue): Future {
    const slot = this.#freeSlots.pop() ?? this.#pending.length;
    const future = new Future<unknown>(this, slot);
    // In its place before it is sent: the answer may be there at once.
    this.#pending[slot] = future;
    try {
      future.position = put(this.tasks, payload as never, shape, slot, number);
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
    const answer = takeAnyway(this.answers, seconds);
    if (!succeeded(staging.taken[staging.OUTCOME] as number)) return false;
    this.#handle(answer);
    this.drain();
    return true;
  }

  /** Handles what has come, without waiting. */
  drain(): void {
    for (;;) {
      const answer = takeAnyway(this.answers, 0);
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
    const a = taken[staging.A] as number;
    if (shape >= AnswerShape.initializerFailed) {
      this.#handleLoss(shape, a, answer);
      return;
    }
    const future = this.#pending[a];
    if (!future) return;
    if (answer instanceof ValueDelayed) {
      // Its task counts as outstanding until then.
      answer.value().then(
        (value) => this.#settle(future, shape, value),
        (error) => this.#settle(future, AnswerShape.error, error),
      );
    } else if (answer instanceof Unreadable) {
      this.#settle(future, AnswerShape.error, answer.error);
    } else {
      this.#settle(future, shape, answer);
    }
  }

  #handleLoss(shape: number, worker: number, answer: unknown): void {
    if (shape === AnswerShape.retired) this.#onWorkerLost({ worker, retired: true });
    else if (shape === AnswerShape.died) this.#onWorkerLost({ worker });
    else this.#onWorkerLost({ worker, initializerError: { error: answer } });
  }

  #settle(future: Future, shape: number, answer: unknown): void {
    this.#settled(future.slot);
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
