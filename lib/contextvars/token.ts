import { type InspectOptions, inspect } from 'node:util';
import { RuntimeError } from '../errors.js';
import type { ContextVar } from './context-var.js';
import type { Frame } from './frame.js';

/** @internal What a token knows of the `set` that made it; not for users. */
export interface SetRecord<T> {
  readonly var: ContextVar<T>;
  readonly oldValue: T | Missing;
  /** What the code saw before and after. */
  readonly before: Frame;
  readonly after: Frame;
}

class MissingValue {
  [inspect.custom](): string {
    return '<Token.MISSING>';
  }
}

/** The type of `Token.MISSING`. */
export type Missing = MissingValue;

const records = Symbol('record');

/** @internal */
export let makeToken: <T>(record: SetRecord<T>) => Token<T>;
/** @internal Undefined once it has been used. */
export let recordOf: <T>(token: Token<T>) => SetRecord<T> | undefined;
/** @internal */
export let useToken: <T>(token: Token<T>) => void;

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
  #record: SetRecord<T> | undefined;

  /** @throws RuntimeError always: tokens come from `ContextVar.set()`; TypeError in a subclass */
  constructor(from?: { readonly [records]: SetRecord<T> }) {
    if (new.target !== Token) throw new TypeError("type 'Token' is not an acceptable base type");
    const record = from?.[records];
    if (record === undefined) throw new RuntimeError('Tokens can only be created by ContextVars');
    this.#var = record.var;
    this.#oldValue = record.oldValue;
    this.#record = record;
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
    return `<Token${this.#record ? '' : ' used'} var=${shown}>`;
  }

  static {
    makeToken = (record) => new Token({ [records]: record });
    recordOf = (token) => token.#record;
    useToken = (token) => {
      token.#record = undefined;
    };
  }
}
