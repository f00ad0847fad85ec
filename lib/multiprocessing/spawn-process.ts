import { Process } from './process.js';

/** A process that is a new Node: `getContext('spawn').Process`. */
export class SpawnProcess<
  // biome-ignore lint/suspicious/noExplicitAny: any function can be a target
  F extends (...args: any[]) => unknown = (...args: any[]) => unknown,
> extends Process<F> {
  static override readonly _startMethod = 'spawn';
}
