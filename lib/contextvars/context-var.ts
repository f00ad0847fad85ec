import { type InspectOptions, inspect } from 'node:util';
import { checkOptions, checkString } from '../_internal/index.js';
import { holderIn, type NativeChannel } from '../_native/index.js';
import { LookupError, RuntimeError, ValueError } from '../errors.js';
import { openParcel, packParcel, registerTraveller } from '../pickle/index.js';
import { birthplace } from './birthplace.js';
import { currentFrame, enterFrame, Frame } from './frame.js';
import { afterSet, makeToken, Token, useToken } from './token.js';
import { bind, find, unbind } from './values.js';

let counter = 0;

/** Those that other threads may know, too, by their keys: one object each in this thread. */
const variables = new Map<string, ContextVar>();

/** @internal @throws TypeError for what is no ContextVar */
export let numberOf: (key: unknown) => number;

/** Options of `new ContextVar()`. */
export interface ContextVarOptions<T> {
  /** What `get()` returns where the variable has no value. */
  default?: T;
}

/**
 * A variable whose value belongs to the running code's context, and follows it along promises,
 * timers and callbacks. Make it at the top level of a module: a context holds its variables for ever.
 *
 * Differs from CPython: each continuation (what follows an `await`, a timer, a callback) has a copy
 * of the values of where it was started, as a task of asyncio has. So what an async function sets
 * before its first `await` is seen by its caller, as in Python when a coroutine is awaited directly;
 * what it sets afterwards is seen by itself only. Whoever wants neither calls it by
 * `copyContext().run(fn)`. See docs/differences.md.
 *
 * Made at the top level of a module, it is the same variable in each thread that loads the module.
 * Any other can be passed to threads, and is one variable there, too. Its values are each thread's own.
 *
 * @example
 * const user = new ContextVar('user', { default: 'nobody' });
 * const token = user.set('ada');
 * try { await serve(); } finally { user.reset(token); }
 *
 * @see https://docs.python.org/3.13/library/contextvars.html#contextvars.ContextVar
 */
export class ContextVar<T = unknown> {
  /** Its key in a context's values. */
  readonly #number: number;
  readonly #name: string;
  readonly #default: { readonly value: T } | undefined;
  /** What it is known by in all threads, once it is. */
  #key: string | undefined;
  /** Its name and its default on the way to other threads. */
  #parcel: NativeChannel | undefined;

  /**
   * @param name for messages only: two variables may have the same
   * @throws TypeError for a wrong type or an unknown option, and in a subclass
   */
  constructor(name: string, options?: ContextVarOptions<T>) {
    if (new.target !== ContextVar) {
      throw new TypeError("type 'ContextVar' is not an acceptable base type");
    }
    checkString('context variable name', name);
    const given = checkOptions(options, ['default']);
    this.#name = name;
    this.#default = 'default' in given ? { value: given.default as T } : undefined;
    this.#number = counter++;
    this.#key = birthplace();
    if (this.#key !== undefined) {
      const known = variables.get(this.#key);
      // biome-ignore lint/correctness/noConstructorReturn: it has come from another thread before its module was loaded here
      if (known) return known as ContextVar<T>;
      variables.set(this.#key, this as ContextVar);
    }
  }

  /** As given to the constructor. */
  get name(): string {
    return this.#name;
  }

  /**
   * The variable's value in the current context. Without one: the argument, if there is one, else
   * the constructor's `default`.
   *
   * @throws LookupError if there is none of these
   */
  get(): T;
  get<D>(fallback: D): T | D;
  get(...fallback: unknown[]): unknown {
    const binding = find(currentFrame().values, this.#number);
    if (binding !== undefined) return binding.value;
    if (fallback.length > 0) return fallback[0];
    if (this.#default !== undefined) return this.#default.value;
    throw new LookupError(inspect(this));
  }

  /**
   * Gives the variable a value in the current context: for the code that runs now until its end or
   * its next `await`, for what follows that, and for what it starts from here on.
   *
   * @returns a token for `reset()`
   */
  set(value: T): Token<T> {
    const before = currentFrame();
    const old = find(before.values, this.#number);
    const values = bind(before.values, { number: this.#number, key: this, value });
    const after = new Frame(before.owner, values);
    enterFrame(after);
    return makeToken(this, old === undefined ? Token.MISSING : (old.value as T), before, after);
  }

  /**
   * Gives the variable back the value that it had before the `set()` that returned the token, or
   * none.
   *
   * @throws RuntimeError if the token has been used; ValueError if it is another variable's, or from
   *   another context; TypeError if it is none
   */
  reset(token: Token<T>): void {
    if (!(token instanceof Token)) {
      throw new TypeError(`expected an instance of Token, got ${inspect(token)}`);
    }
    const after = afterSet(token);
    if (after === undefined) {
      throw new RuntimeError(`${inspect(token)} has already been used once`);
    }
    if (token.var !== this) {
      throw new ValueError(`${inspect(token)} was created by a different ContextVar`);
    }
    const frame = currentFrame();
    if (after.owner !== frame.owner) {
      throw new ValueError(`${inspect(token)} was created in a different Context`);
    }
    const before = useToken(token);
    // Mostly nothing else was set in between: then the values of before are still at hand.
    enterFrame(frame === after ? before : this.#restored(frame, token.oldValue));
  }

  #restored({ owner, values }: Frame, oldValue: unknown): Frame {
    const number = this.#number;
    if (oldValue !== Token.MISSING) {
      return new Frame(owner, bind(values, { number, key: this, value: oldValue }));
    }
    return new Frame(owner, find(values, number) ? unbind(values, number) : values);
  }

  [inspect.custom](depth: number | null, options: InspectOptions): string {
    let byDefault = '';
    if (this.#default !== undefined) {
      // One deeper: the default may lead back to the variable.
      const below = depth === null ? null : depth - 1;
      const shown =
        depth !== null && depth < 0
          ? '...'
          : inspect(this.#default.value, { ...options, depth: below });
      byDefault = ` default=${shown}`;
    }
    return `<ContextVar name=${inspect(this.#name)}${byDefault}>`;
  }

  static {
    numberOf = (key) => {
      if (key instanceof ContextVar) return key.#number;
      throw new TypeError(`a ContextVar key was expected, got ${inspect(key)}`);
    };
    registerTraveller<ContextVar>(ContextVar, {
      name: 'ContextVar',
      give: (variable) => {
        variable.#parcel ??= packParcel([
          variable.#name,
          variable.#default && { default: variable.#default.value },
        ]);
        // Two threads never have the same number.
        variable.#key ??= `${holderIn(false)} ${variable.#number}`;
        variables.set(variable.#key, variable);
        return { native: variable.#parcel, state: variable.#key };
      },
      take: (native, state) => {
        const key = state as string;
        const known = variables.get(key);
        if (known) return known;
        const parcel = native as NativeChannel;
        const variable = new ContextVar(
          ...(openParcel(parcel) as [string, ContextVarOptions<unknown>]),
        );
        variable.#key = key;
        variable.#parcel = parcel;
        variables.set(key, variable);
        return variable;
      },
    });
  }
}
