import { isThenable } from '../../_internal/index.js';
import { addon, type NativeChannel, Outcome, staging } from '../../_native/index.js';
import { internals } from '../../_thread/index.js';
import { internals as contexts } from '../../contextvars/index.js';
import {
  FunctionReceiver,
  type Handle,
  PicklingError,
  putValue,
  takeAnyway,
  Unreadable,
  ValueDelayed,
} from '../../pickle/index.js';
import { type AnyFunction, ChunkError, call } from './calls.js';
import { AnswerShape, CAPTURES, CLOSURE, callShape, TaskShape } from './protocol.js';

/**
 * Runs a pool's tasks until its channel is closed and empty: what a worker does.
 *
 * @param mostTasks after how many tasks it ends; 0: never
 */
export async function serveTasks(
  worker: number,
  tasks: Handle<NativeChannel>,
  answers: Handle<NativeChannel>,
  board: Handle<NativeChannel>,
  initializer: AnyFunction | null,
  initargs: unknown[],
  mostTasks = 0,
): Promise<void> {
  const functions = new FunctionReceiver(board.native);
  if (initializer) {
    try {
      await initializer(...initargs);
      // Tasks see what it has set, and nothing of each other.
      contexts.keepContext();
    } catch (error) {
      putAnswer(answers.native, error, AnswerShape.initializerFailed, worker);
      return;
    }
  }
  const runner = new TaskRunner(tasks.native, answers.native, functions, mostTasks);
  await internals.serveChannel(tasks.native, () => runner.drain());
  if (runner.isDone) answers.native.putValue(null, AnswerShape.retired, worker, 0);
}

/** The same in a process of the pool's own, which ends with it, whatever its tasks have left behind. */
export async function serveTasksInProcess(...args: Parameters<typeof serveTasks>): Promise<void> {
  await serveTasks(...args);
  process.exit();
}

class TaskRunner {
  readonly #tasks: NativeChannel;
  readonly #answers: NativeChannel;
  readonly #functions: FunctionReceiver;

  /** How many tasks it may take yet. */
  #left: number;

  constructor(
    tasks: NativeChannel,
    answers: NativeChannel,
    functions: FunctionReceiver,
    mostTasks: number,
  ) {
    this.#tasks = tasks;
    this.#answers = answers;
    this.#functions = functions;
    this.#left = mostTasks > 0 ? mostTasks : Number.POSITIVE_INFINITY;
  }

  /** Whether it has run as many tasks as it may. */
  get isDone(): boolean {
    return this.#left === 0;
  }

  /**
   * Runs what there is, for some milliseconds at most, so that microtasks, timers and sockets of
   * the tasks get their turn. False when the pool is shut down, or this worker's share is done.
   */
  drain(): boolean {
    const began = addon.coarseMillis();
    const { taken } = staging;
    do {
      if (this.isDone) return false;
      const payload = this.#take();
      if (payload === NOTHING) return taken[staging.OUTCOME] !== Outcome.closed;
      this.#left--;
      const slot = taken[staging.A] as number;
      const shape = taken[staging.SHAPE] as number;
      const number = taken[staging.B] as number;
      if (!this.#run(slot, shape, number, payload)) return true;
    } while (addon.coarseMillis() === began);
    return true;
  }

  #take(): unknown {
    const payload = takeAnyway(this.#tasks, 0);
    return staging.taken[staging.OUTCOME] === Outcome.done ? payload : NOTHING;
  }

  /** Runs one task. False if it goes on asynchronously: the pool's next has to wait. */
  #run(slot: number, shape: number, number: number, payload: unknown): boolean {
    try {
      if (payload instanceof Unreadable) throw payload.error;
      contexts.returnToContext();
      const result = this.#call(shape, number, payload);
      if (isThenable(result)) {
        internals.setPending('task', true);
        result
          .then(
            (value) => this.#answer(slot, shape, value),
            (error) => this.#fail(slot, error),
          )
          .then(() => internals.setPending('task', false));
        return false;
      }
      this.#answer(slot, shape, result);
    } catch (error) {
      this.#fail(slot, error);
    }
    return true;
  }

  #call(shape: number, number: number, payload: unknown): unknown {
    if (payload instanceof ValueDelayed) {
      return payload.value().then((value) => this.#call(shape, number, value));
    }
    const [fn, inner] = this.#functionOf(shape, number, payload);
    return typeof fn === 'function'
      ? call(fn, callShape(shape), inner)
      : fn.then((imported) => call(imported, callShape(shape), inner));
  }

  /** The function, and what it is called with. */
  #functionOf(
    shape: number,
    number: number,
    payload: unknown,
  ): [AnyFunction | Promise<AnyFunction>, unknown] {
    if (shape & CLOSURE) return payload as [AnyFunction, unknown];
    if (!(shape & CAPTURES)) return [this.#functions.at(number), payload];
    const [values, inner] = payload as [unknown[], unknown];
    return [this.#functions.with(number, values), inner];
  }

  #answer(slot: number, shape: number, value: unknown): void {
    const isChunk = callShape(shape) >= TaskShape.chunk;
    const answer = isChunk ? AnswerShape.chunkResult : AnswerShape.result;
    try {
      putValue(this.#answers, value, answer, slot, 0);
    } catch (error) {
      this.#fail(slot, error);
    }
  }

  #fail(slot: number, error: unknown): void {
    if (error instanceof ChunkError) {
      putAnswer(this.#answers, [error.cause, error.results], AnswerShape.chunkError, slot);
    } else {
      putAnswer(this.#answers, error, AnswerShape.error, slot);
    }
  }
}

const NOTHING = Symbol('nothing');

/** Answers with an error, or where it cannot travel with one that tells its text. */
function putAnswer(channel: NativeChannel, error: unknown, shape: number, a: number): void {
  try {
    putValue(channel, error, shape, a, 0);
  } catch (reason) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const substitute = new PicklingError(
      `an error cannot travel (${reason instanceof Error ? reason.message : reason}): ${text}`,
    );
    putValue(channel, substitute, AnswerShape.error, a, 0);
  }
}
