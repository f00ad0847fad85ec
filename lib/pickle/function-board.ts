import { addon, type NativeChannel } from '../_native/index.js';
import {
  baseIndex,
  type Callable,
  type FunctionDescriptor,
  loadModules,
  ModulesNeeded,
  putTogether,
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
   * The number of the function's code, and what it captured.
   *
   * @throws PicklingError if the function cannot travel
   */
  partsOf(fn: Callable): { number: number; values: readonly unknown[] } {
    const { code, values } = takeApart(fn);
    let number = this.#numbers.get(code);
    if (number === undefined) {
      number = this.add(code);
      this.#numbers.set(code, number);
    }
    // A class that is captured has to be there first: such a function travels as a value does.
    const isWhole = code.kind === 'value' && baseIndex(code) < 0;
    return { number: values.length === 0 || isWhole ? number : -1, values };
  }

  /** As `partsOf`; -1 for a function with captured variables, which has to travel as a value. */
  numberOf(fn: Callable): number {
    const { number, values } = this.partsOf(fn);
    return values.length === 0 ? number : -1;
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
  readonly #codes = new Map<number, FunctionDescriptor>();

  constructor(board: NativeChannel) {
    this.#board = board;
  }

  /** The function; a promise only while its module is being imported. */
  at(number: number): AnyFunction | Promise<AnyFunction> {
    return this.#functions.get(number) ?? this.#fetch(number);
  }

  #fetch(number: number): AnyFunction | Promise<AnyFunction> {
    const rebuilt = rebuildFunction(this.#codeOf(number)) as AnyFunction | Promise<AnyFunction>;
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

  /** A new function of that code, with what it captured. */
  with(number: number, values: readonly unknown[]): AnyFunction | Promise<AnyFunction> {
    const code = this.#codeOf(number);
    try {
      return assemble(code, values);
    } catch (error) {
      if (!(error instanceof ModulesNeeded)) throw error;
      return loadModules(error.urls).then(() => assemble(code, values));
    }
  }

  #codeOf(number: number): FunctionDescriptor {
    let code = this.#codes.get(number);
    if (code === undefined) {
      const text = this.#board.peek(number);
      if (typeof text !== 'string') throw new RangeError(`no function of the number ${number}`);
      code = JSON.parse(text) as FunctionDescriptor;
      this.#codes.set(number, code);
    }
    return code;
  }
}

function assemble(code: FunctionDescriptor, values: readonly unknown[]): AnyFunction {
  const { fn, fill } = putTogether(code);
  fill(values);
  return fn as AnyFunction;
}
