import { checkFunction } from '../_internal/index.js';
import { forgetPlans } from './plan-cache.js';

/**
 * How an instance is made again, as Python's `__reduce__` tells it: a class or function and its
 * arguments, and what the new object's `__setstate__` gets, or where it has none, its fields.
 */
export type Reduced = [
  // biome-ignore lint/suspicious/noExplicitAny: whatever the arguments are
  callable: ((...args: any[]) => object) | (abstract new (...args: any[]) => object),
  args?: readonly unknown[] | null,
  state?: unknown,
];
export type Reducer<T> = (instance: T) => Reduced;

// biome-ignore lint/suspicious/noExplicitAny: the registry holds reducers of all classes
const reducers = new Map<unknown, Reducer<any>>();

/**
 * Tells how the instances of a class travel, not those of its subclasses. Only the sending side
 * needs to know. It goes before the class's own `__reduce__`. As Python's `copyreg.pickle`.
 *
 * @param type the class
 * @param reducer returns `[callable, args, state]`: the other side calls `callable(...args)`, with
 *   `new` if it is a class, and then hands `state` over, unless that is left out, to the object's
 *   `__setstate__`, or makes fields of it. The callable travels as any function does
 * @throws TypeError for what is no class or function
 * @see https://docs.python.org/3.13/library/copyreg.html#copyreg.pickle
 */
export function register<T>(
  // biome-ignore lint/suspicious/noExplicitAny: a class with whatever constructor
  type: abstract new (...args: any[]) => T,
  reducer: Reducer<T>,
): void {
  checkFunction('type', type);
  checkFunction('reducer', reducer);
  reducers.set(type, reducer);
  forgetPlans();
}

/** The reducer that was registered for just this class. */
export function reducerOf(type: unknown): Reducer<object> | undefined {
  return reducers.get(type);
}

// Node's classes whose instances are as plain as a date, and which structured clone cannot take.
reducers.set(URL, (url: URL) => [URL, [url.href]]);
reducers.set(URLSearchParams, (params: URLSearchParams) => [URLSearchParams, [`${params}`]]);
reducers.set(DOMException, ({ message, name }: DOMException) => [DOMException, [message, name]]);
