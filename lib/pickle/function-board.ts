import { addon, type NativeChannel } from '../_native/index.js';
import {
  type Callable,
  type FunctionDescriptor,
  rebuildFunction,
  takeApart,
} from './functions/index.js';

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * The functions that a thread sends to others: each is described once, on a board that the others
 * read, and called by number from then on. The board is a channel from which nobody takes; a
 * function's number is its message's position.
 */
export class FunctionSender {
  readonly board: NativeChannel;
  /** By what describes them: all functions of one place have one number. */
  readonly #numbers = new WeakMap<object, number>();

  /** @param shared whether other processes shall read the board */
  constructor(shared: boolean) {
    this.board = addon.createChannel(shared, 0);
  }

  /**
   * The function's number; -1 for one with captured variables, which has to travel as a value.
   *
   * @throws PicklingError if the function cannot travel
   */
  numberOf(fn: Callable): number {
    const { code, values } = takeApart(fn);
    if (values.length > 0) return -1;
    let number = this.#numbers.get(code);
    if (number === undefined) {
      number = this.add(code);
      this.#numbers.set(code, number);
    }
    return number;
  }

  /** For functions of heddle's own, whose module is known. */
  add(descriptor: FunctionDescriptor): number {
    return this.board.putValue(JSON.stringify(descriptor), 0, 0, 0);
  }
}

/** The other end of a `FunctionSender`. */
export class FunctionReceiver {
  readonly #board: NativeChannel;
  readonly #functions = new Map<number, AnyFunction | Promise<AnyFunction>>();

  constructor(board: NativeChannel) {
    this.#board = board;
  }

  /** The function; a promise only while its module is being imported. */
  at(number: number): AnyFunction | Promise<AnyFunction> {
    return this.#functions.get(number) ?? this.#fetch(number);
  }

  #fetch(number: number): AnyFunction | Promise<AnyFunction> {
    const text = this.#board.peek(number);
    if (typeof text !== 'string') throw new RangeError(`no function of the number ${number}`);
    const rebuilt = rebuildFunction(JSON.parse(text) as FunctionDescriptor) as
      | AnyFunction
      | Promise<AnyFunction>;
    if (typeof rebuilt === 'function') {
      this.#functions.set(number, rebuilt);
      return rebuilt;
    }
    const imported = rebuilt.then((fn) => {
      this.#functions.set(number, fn);
      return fn;
    });
    // A failed import is tried again by the next task.
    imported.catch(() => this.#functions.delete(number));
    this.#functions.set(number, imported);
    return imported;
  }
}
