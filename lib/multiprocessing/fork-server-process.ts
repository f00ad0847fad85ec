import { Process } from './process.js';

/** A process that is forked from a server: `getContext('forkserver').Process`. */
export class ForkServerProcess<
  // biome-ignore lint/suspicious/noExplicitAny: any function can be a target
  F extends (...args: any[]) => unknown = (...args: any[]) => unknown,
> extends Process<F> {
  static override readonly _startMethod = 'forkserver';
}
