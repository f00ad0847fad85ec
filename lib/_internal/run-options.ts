import { AssertionError } from '../errors.js';
import { checkFunction, checkOptions, checkString, wrongType } from './arguments.js';
import { checkKeywords, type Keywords, withKeywords } from './keywords.js';

// biome-ignore lint/suspicious/noExplicitAny: any function can be a target
type AnyTarget = (...args: any[]) => unknown;

/** The arguments before the last one, for which `kwargs` stands. */
type Leading<A extends unknown[]> = A extends [...infer First, _?: unknown] ? First : A;

/** What a thread and a process are told. */
export interface RunOptions<F extends AnyTarget> {
  /** Nothing: Python keeps the name for what may come. */
  group?: null;
  /** What is called. It travels as docs/functions.md says. */
  target?: F | null;
  /** The arguments of the call. They are copied. */
  args?: Parameters<F> | Leading<Parameters<F>>;
  /** The last argument of the call, if it is not empty. */
  kwargs?: Keywords | null;
  /** A label. By default a number, and a thread's target. */
  name?: string | null;
  /**
   * Whether the program may end meanwhile, and then ends it, too. By default as what starts it is
   * itself.
   */
  daemon?: boolean | null;
}

/** What they have been told; `args` with the keyword arguments. */
export interface CheckedRunOptions<F extends AnyTarget> {
  target: F | undefined;
  args: readonly unknown[];
  name: string | undefined;
  daemon: boolean | undefined;
}

/** Their names. */
export const RUN_OPTIONS = ['group', 'target', 'args', 'kwargs', 'name', 'daemon'] as const;

/**
 * @param known the names of all options, where there are more
 * @throws TypeError for a wrong type or an unknown option; AssertionError for a group
 */
export function checkRunOptions<F extends AnyTarget>(
  options: RunOptions<F> | undefined,
  known: readonly string[] = RUN_OPTIONS,
): CheckedRunOptions<F> {
  const { group, target, args, kwargs, name, daemon } = checkOptions(
    options,
    known as typeof RUN_OPTIONS,
  );
  if (group !== undefined && group !== null) {
    throw new AssertionError('group argument must be None for now');
  }
  const given = {
    target: target ?? undefined,
    name: name ?? undefined,
    daemon: daemon ?? undefined,
  };
  if (given.target !== undefined) checkFunction('target', given.target);
  if (given.name !== undefined) checkString('name', given.name);
  if (given.daemon !== undefined) checkBoolean('daemon', given.daemon);
  if (args !== undefined && typeof args?.[Symbol.iterator] !== 'function') {
    throw wrongType('args', 'iterable', args);
  }
  if (kwargs !== undefined && kwargs !== null) checkKeywords(kwargs);
  return { ...given, args: withKeywords(args ?? [], kwargs ?? {}) };
}

export function checkBoolean(name: string, value: unknown): void {
  if (typeof value !== 'boolean') throw wrongType(name, 'a boolean', value);
}
