import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

/** Lets the event loop go round once. */
export const turn = () => setImmediate();

/** Milliseconds in which a promise has to be settled. */
const DEADLINE = 10_000;

/** A promise, or an error if it takes too long. */
export async function inTime<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('hangs')), DEADLINE);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

const PAGE = 4096;

/** How much memory of its own this process has asked for; WebAssembly's reservations are not writable. */
export function requestedBytes(): number {
  return Number(readFileSync('/proc/self/statm', 'latin1').split(' ')[5]) * PAGE;
}

export const openDescriptors = () => readdirSync('/proc/self/fd').length;
