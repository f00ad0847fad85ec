import type { Thread } from './thread.js';

/** Bit of a run's `state`. */
export const ENDED = 2;

/** The Thread objects that this thread has, by the numbers of the threads. */
const known = new Map<number, Thread>();
/** With so many, those that have ended are forgotten. */
let most = 64;

/** So that this thread always finds the same object for that thread, for as long as it lives. */
export function remember(thread: Thread, ident: number): void {
  known.set(ident, thread);
  if (known.size < most) return;
  for (const [number, { isRunning }] of known) if (!isRunning) known.delete(number);
  // Twice as many, so that a look at each costs a start next to nothing.
  most = Math.max(64, 2 * known.size);
}

export function knownThread(ident: number): Thread | undefined {
  return known.get(ident);
}
