import { wrongType } from './arguments.js';

/** Keyword arguments: the last argument of a call, where there are any. */
export type Keywords = Readonly<Record<string, unknown>>;

/** @throws TypeError for what is no object */
export function checkKeywords(kwargs: unknown): void {
  if (typeof kwargs !== 'object' || kwargs === null) throw wrongType('kwargs', 'an object', kwargs);
}

/** The arguments of a call, the keyword arguments last, if there are any. */
export function withKeywords(args: Iterable<unknown>, kwargs: object): unknown[] {
  for (const _ in kwargs) return [...args, kwargs];
  return [...args];
}
