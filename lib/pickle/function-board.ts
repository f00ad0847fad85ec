import { addon, type NativeBoard } from '../_native/index.js';
import { describeFunction, type FunctionDescriptor, rebuildFunction } from './functions/index.js';

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * The functions that a thread sends to others: each is described once, on a board that the others
 * read, and called by number from then on.
 */
export class FunctionSender {
  readonly board: NativeBoard = addon.createBoard();
  readonly #numbers = new WeakMap<object, number>();

  /** @throws PicklingError if the function cannot travel */
  numberOf(fn: object): number {
    let number = this.#numbers.get(fn);
    if (number === undefined) {
      number = this.add(describeFunction(fn as AnyFunction));
      this.#numbers.set(fn, number);
    }
    return number;
  }

  /** For functions of heddle's own, whose module is known. */
  add(descriptor: FunctionDescriptor): number {
    return this.board.add(JSON.stringify(descriptor));
  }
}

/** The other end of a `FunctionSender`. */
export class FunctionReceiver {
  readonly #board: NativeBoard;
  readonly #functions: (AnyFunction | Promise<AnyFunction>)[] = [];

  constructor(board: NativeBoard) {
    this.#board = board;
  }

  /** The function; a promise only while its module is being imported. */
  at(number: number): AnyFunction | Promise<AnyFunction> {
    return this.#functions[number] ?? this.#fetch(number);
  }

  #fetch(number: number): AnyFunction | Promise<AnyFunction> {
    const text = this.#board.at(number);
    if (text === undefined) throw new RangeError(`no function of the number ${number}`);
    const rebuilt = rebuildFunction(JSON.parse(text) as FunctionDescriptor) as
      | AnyFunction
      | Promise<AnyFunction>;
    if (typeof rebuilt === 'function') {
      this.#functions[number] = rebuilt;
      return rebuilt;
    }
    const imported = rebuilt.then((fn) => {
      this.#functions[number] = fn;
      return fn;
    });
    // A failed import is tried again by the next task.
    imported.catch(() => delete this.#functions[number]);
    this.#functions[number] = imported;
    return imported;
  }
}
