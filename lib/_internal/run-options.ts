import { checkFunction, checkOptions, checkString, wrongType } from './arguments.js';

/** What a thread and a process are told. */
// biome-ignore lint/suspicious/noExplicitAny: any function can be a target
export interface RunOptions<F extends (...args: any[]) => unknown> {
  /** What is called. It travels as docs/functions.md says. */
  target?: F;
  /** The arguments of the call. They are copied. */
  args?: Parameters<F>;
  /** A label. By default a number, and a thread's target. */
  name?: string;
  /**
   * Whether the program may end meanwhile, and then ends it, too. By default as what starts it is
   * itself.
   */
  daemon?: boolean;
}

/** @throws TypeError for a wrong type or an unknown option */
// biome-ignore lint/suspicious/noExplicitAny: any function can be a target
export function checkRunOptions<F extends (...args: any[]) => unknown>(
  options: RunOptions<F> | undefined,
): RunOptions<F> & { args: readonly unknown[] } {
  const { target, args, name, daemon } = checkOptions(options, [
    'target',
    'args',
    'name',
    'daemon',
  ]);
  if (target !== undefined) checkFunction('target', target);
  if (name !== undefined) checkString('name', name);
  if (daemon !== undefined) checkBoolean('daemon', daemon);
  if (args !== undefined && typeof args?.[Symbol.iterator] !== 'function') {
    throw wrongType('args', 'iterable', args);
  }
  return {
    ...(target && { target }),
    ...(name !== undefined && { name }),
    ...(daemon !== undefined && { daemon }),
    args: (args === undefined ? [] : [...args]) as Parameters<F>,
  };
}

export function checkBoolean(name: string, value: unknown): void {
  if (typeof value !== 'boolean') throw wrongType(name, 'a boolean', value);
}
