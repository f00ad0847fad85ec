import type { Copier } from './copier.js';
import type { Transfer } from './transfer.js';

/** Copies the value of a `transfer()`. */
export function copyTransfer(copier: Copier, { value, buffers }: Transfer): unknown {
  const outer = copier.isMoving;
  copier.isMoving ||= buffers === undefined;
  const copy = copier.copy(value);
  copier.isMoving = outer;
  for (const buffer of buffers ?? []) copier.give(buffer);
  return copy;
}
