import { inspect } from 'node:util';
import { checkFunction } from '../_internal/index.js';
import type { NativeChannel } from '../_native/index.js';
import { KeyError, RuntimeError } from '../errors.js';
import { openParcel, packParcel, registerTraveller } from '../pickle/index.js';
import { type ContextVar, numberOf } from './context-var.js';
import { currentFrame, enterFrame, Frame } from './frame.js';
import { bind, bindings, EMPTY, find, type Values } from './values.js';

let makeContext: (values: Values) => Context;

/**
 * A mapping of ContextVars to their values. `new Context()` is empty; `copyContext()` is what the
 * running code sees.
 *
 * Python's mapping is here: `ctx[key]` is `getItem(key)`, `key in ctx` is `has(key)`, `len(ctx)` is
 * `length`, `ctx == other` is `equals(other)`, and iterating it gives the variables.
 *
 * Differs from CPython: `run` of an async function enters the context until the function returns
 * its promise. What it sets after its first `await` stays its own, and does not show in the context.
 *
 * Passed to another thread it is copied, with its values.
 *
 * @see https://docs.python.org/3.13/library/contextvars.html#contextvars.Context
 */
export class Context {
  #values: Values = EMPTY;
  #entered = false;

  /** @throws TypeError for arguments, and in a subclass */
  constructor(...none: []) {
    if (new.target !== Context) {
      throw new TypeError("type 'Context' is not an acceptable base type");
    }
    if (none.length > 0) throw new TypeError('Context() does not accept any arguments');
  }

  /**
   * Calls a function in this context. What it sets meanwhile is set in this context, and nowhere
   * else. What it starts (the rest of an async function, timers, callbacks) goes on with a copy.
   *
   * @returns what the function returns
   * @throws RuntimeError if the context is entered already; what the function throws
   */
  run<A extends unknown[], R>(callable: (...args: A) => R, ...args: A): R {
    checkFunction('callable', callable);
    if (this.#entered) {
      throw new RuntimeError(`cannot enter context: ${inspect(this)} is already entered`);
    }
    const outer = currentFrame();
    const { owner } = outer;
    // Asked meanwhile, the context around this one still has to know its values.
    if (owner instanceof Context && owner.#entered) owner.#values = outer.values;
    this.#entered = true;
    enterFrame(new Frame(this, this.#values));
    try {
      return callable(...args);
    } finally {
      const last = currentFrame();
      if (last.owner === this) this.#values = last.values;
      this.#entered = false;
      enterFrame(outer);
    }
  }

  /** A context of its own with the same values, in the same time however many they are. */
  copy(): Context {
    return makeContext(this.#current);
  }

  /**
   * The value of a variable in this context.
   *
   * @returns `fallback`, undefined by default, if it has none; the variable's own default does not count
   * @throws TypeError if the key is no ContextVar
   */
  get<T>(key: ContextVar<T>): T | undefined;
  get<T, D>(key: ContextVar<T>, fallback: D): T | D;
  get(key: ContextVar, fallback?: unknown): unknown {
    const binding = find(this.#current, numberOf(key));
    return binding === undefined ? fallback : binding.value;
  }

  /**
   * The value of a variable in this context, as Python's `ctx[key]`.
   *
   * @throws KeyError if it has none; TypeError if the key is no ContextVar
   */
  getItem<T>(key: ContextVar<T>): T {
    const binding = find(this.#current, numberOf(key));
    if (binding === undefined) throw new KeyError(inspect(key));
    return binding.value as T;
  }

  /**
   * Whether a variable has a value in this context.
   *
   * @throws TypeError if the key is no ContextVar
   */
  has(key: ContextVar): boolean {
    return find(this.#current, numberOf(key)) !== undefined;
  }

  /** How many variables have a value in this context. */
  get length(): number {
    return this.#current.size;
  }

  /** The variables that have a value in this context. */
  keys(): ContextVar[] {
    return [...this];
  }

  /** Their values, in the same order. */
  values(): unknown[] {
    return Array.from(bindings(this.#current), ({ value }) => value);
  }

  /** Pairs of both. */
  items(): [ContextVar, unknown][] {
    return Array.from(bindings(this.#current), ({ key, value }) => [key as ContextVar, value]);
  }

  *[Symbol.iterator](): Generator<ContextVar, void> {
    for (const { key } of bindings(this.#current)) yield key as ContextVar;
  }

  /** Whether another context has the same variables with the same values (by `Object.is`). */
  equals(other: Context): boolean {
    if (!(other instanceof Context)) return false;
    const [own, others] = [this.#current, other.#current];
    if (own === others) return true;
    if (own.size !== others.size) return false;
    for (const { number, value } of bindings(own)) {
      const binding = find(others, number);
      if (binding === undefined || !Object.is(binding.value, value)) return false;
    }
    return true;
  }

  [inspect.custom](): string {
    return `<Context of ${this.length} values>`;
  }

  /** In the context, what the running code sees; else what it was left with. */
  get #current(): Values {
    const frame = currentFrame();
    return frame.owner === this ? frame.values : this.#values;
  }

  static {
    makeContext = (values) => {
      const context = new Context();
      context.#values = values;
      return context;
    };
    registerTraveller<Context>(Context, {
      name: 'Context',
      give: (context) => ({ native: packParcel(context.items()) }),
      take: (native) => {
        const items = openParcel(native as NativeChannel) as [ContextVar, unknown][];
        let values = EMPTY;
        for (const [key, value] of items)
          values = bind(values, { number: numberOf(key), key, value });
        return makeContext(values);
      },
    });
  }
}

/**
 * A copy of the current context, in the same time however many values it has.
 *
 * @see https://docs.python.org/3.13/library/contextvars.html#contextvars.copy_context
 */
export function copyContext(): Context {
  return makeContext(currentFrame().values);
}
