import { setImmediate } from 'node:timers/promises';

/** Milliseconds. */
const BREATH = 50;

let last = performance.now();

/** In long work: every 50 ms lets this thread's event loop see to signals and timers. */
export async function breathe() {
  if (performance.now() - last < BREATH) return;
  await setImmediate();
  last = performance.now();
}
