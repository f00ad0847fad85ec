import { type InspectOptions, inspect } from 'node:util';
import { RuntimeError } from '../errors.js';
import type { ContextVar } from './context-var.js';
import type { Frame } from './frame.js';

class MissingValue {
  [inspect.custom](): string {
    return '<Token.MISSING>';
  }
}

/** The type of `Token.MISSING`. */
export type Missing = MissingValue;

/** Only `ContextVar.set()` has it. */
const seal = Symbol('seal');

/** @internal `before` and `after`: what the code saw. */
export let makeToken: <T>(
  variable: ContextVar<T>,
  oldValue: T | Missing,
  before: Frame,
  after: Frame,
) => Token<T>;
/** @internal What the code saw after the `set`; undefined once the token has been used. */
export let afterSet: (token: Token) => Frame | undefined;
/** @internal Takes from a token what the code saw before the `set`. */
export let useToken: (token: Token) => Frame;

/**
 * What `ContextVar.set()` returns, good for one `reset()` to the value of before.
 *
 * @see https://docs.python.org/3.13/library/contextvars.html#contextvars.Token
 */
export class Token<T = unknown> {
  /** The `oldValue` of a token whose variable had no value before. */
  static readonly MISSING: Missing = Object.freeze(new MissingValue());

  readonly #var: ContextVar<T>;
  readonly #oldValue: T | Missing;
  /** Left out once it has been used: it would keep all values of its time alive. */
  #before: Frame | undefined;
  #after: Frame | undefined;

  /** @throws RuntimeError always: tokens come from `ContextVar.set()`; TypeError in a subclass */
  constructor(...none: []);
  constructor(
    by?: typeof seal,
    variable?: ContextVar<T>,
    oldValue?: T | Missing,
    before?: Frame,
    after?: Frame,
  ) {
    if (new.target !== Token) throw new TypeError("type 'Token' is not an acceptable base type");
    if (by !== seal) throw new RuntimeError('Tokens can only be created by ContextVars');
    this.#var = variable as ContextVar<T>;
    this.#oldValue = oldValue as T | Missing;
    this.#before = before;
    this.#after = after;
  }

  /** The variable whose `set()` made the token. */
  get var(): ContextVar<T> {
    return this.#var;
  }

  /** The variable's value before; `Token.MISSING` if it had none. */
  get oldValue(): T | Missing {
    return this.#oldValue;
  }

  [inspect.custom](depth: number | null, options: InspectOptions): string {
    const shown = inspect(this.#var, { ...options, depth });
    return `<Token${this.#after ? '' : ' used'} var=${shown}>`;
  }

  static {
    const Sealed = Token as unknown as new <T>(...from: unknown[]) => Token<T>;
    makeToken = (variable, oldValue, before, after) =>
      new Sealed(seal, variable, oldValue, before, after);
    afterSet = (token) => token.#after;
    useToken = (token) => {
      const before = token.#before as Frame;
      token.#before = undefined;
      token.#after = undefined;
      return before;
    };
  }
}
