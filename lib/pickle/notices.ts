import { addon } from '../_native/index.js';
import { peekValue } from './codec.js';
import { packParcel } from './parcel.js';
import { ValueDelayed } from './value-delayed.js';

/** What the slots of the process's board are for. */
export const Slot = { excepthook: 0, trace: 1, profile: 2, multiprocessing: 3 } as const;

interface Read {
  /** Of the notice. */
  number: number;
  value: unknown;
}

const known: (Read | undefined)[] = [];

/**
 * Tells all threads of the process something, those of the future too, until it is replaced. This
 * thread keeps the value itself, the others make a copy each.
 *
 * @param value undefined takes the notice away
 * @returns its number, higher than those of all before
 * @throws PicklingError if it cannot travel; what was told before still holds then
 */
export function postNotice(slot: number, value: unknown): number {
  const channel = value === undefined ? undefined : packParcel(value);
  const number = addon.postNotice(slot, channel);
  known[slot] = { number, value };
  return number;
}

/**
 * What was told last, by whichever thread; undefined if there is nothing. A promise only while
 * modules that it needs are being imported.
 *
 * @throws what its functions' modules throw
 */
export function readNotice(slot: number): unknown {
  const number = addon.noticeNumber(slot);
  const before = known[slot];
  if (number === (before?.number ?? 0)) return before?.value;
  const keep = (told: unknown) => {
    const value = (told as [unknown] | undefined)?.[0];
    known[slot] = { number, value };
    return value;
  };
  const channel = addon.readNotice(slot);
  try {
    return keep(channel && peekValue(channel, 0));
  } catch (error) {
    if (error instanceof ValueDelayed) return error.value().then(keep);
    throw error;
  }
}
