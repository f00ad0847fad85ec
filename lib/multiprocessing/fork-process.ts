import { Process } from './process.js';

/** A process that is a copy of this one: `getContext('fork').Process`. */
export class ForkProcess<
  // biome-ignore lint/suspicious/noExplicitAny: any function can be a target
  F extends (...args: any[]) => unknown = (...args: any[]) => unknown,
> extends Process<F> {
  static override readonly _startMethod = 'fork';
}
