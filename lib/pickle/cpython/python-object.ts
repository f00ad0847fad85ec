import { checkOptions, wrongType } from '../../_internal/index.js';
import { PythonGlobal } from './python-global.js';

/** What is done to an object after it was made, and how it is made. */
export interface PythonObjectOptions {
  /** Keyword arguments of `__new__`; only with `isNew`. */
  kwargs?: Readonly<Record<string, unknown>> | undefined;
  /** What its `__setstate__` gets, or its attributes; undefined for none. */
  state?: unknown;
  /** What is appended to it. */
  items?: unknown[] | undefined;
  /** What is set in it, as pairs of key and value. */
  entries?: [unknown, unknown][] | undefined;
  /** Made by the class's `__new__` alone, and not by a call of the class or function. */
  isNew?: boolean | undefined;
}

/**
 * An object of Python's that JavaScript has nothing for, as its pickle describes it: what is called
 * with which arguments, and the state. Nothing is called here; Python makes the object of it again.
 *
 * A `decimal.Decimal('1.5')` has the type `decimal.Decimal` and the args `['1.5']`.
 *
 * @see https://docs.python.org/3.13/library/pickle.html#object.__reduce__
 */
export class PythonObject {
  readonly type: PythonGlobal;
  readonly args: readonly unknown[];
  kwargs: Readonly<Record<string, unknown>> | undefined;
  state: unknown;
  items: unknown[] | undefined;
  entries: [unknown, unknown][] | undefined;
  readonly isNew: boolean;

  /**
   * @param type the class or function, as `'decimal.Decimal'` (the last dot ends the module's name)
   *   or a `PythonGlobal`
   * @param args its arguments
   * @param options state, items, entries, and how it is made
   * @throws TypeError for a wrong type or an unknown option
   */
  constructor(
    type: string | PythonGlobal,
    args: readonly unknown[] = [],
    options?: PythonObjectOptions,
  ) {
    if (!Array.isArray(args)) throw wrongType('args', 'an array', args);
    const given = checkOptions(options, ['kwargs', 'state', 'items', 'entries', 'isNew']);
    this.type = typeof type === 'string' ? globalNamed(type) : type;
    if (!(this.type instanceof PythonGlobal)) {
      throw wrongType('type', "a string ('module.Name') or a PythonGlobal", type);
    }
    this.args = args;
    this.kwargs = given.kwargs;
    this.state = given.state;
    this.items = given.items;
    this.entries = given.entries;
    this.isNew = given.isNew ?? false;
  }
}

function globalNamed(text: string): PythonGlobal {
  const dot = text.lastIndexOf('.');
  return new PythonGlobal(dot < 0 ? 'builtins' : text.slice(0, dot), text.slice(dot + 1));
}
