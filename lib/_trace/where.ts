import type { AnyNode } from 'acorn';

/** A text, and what is known about its places. */
export interface Where {
  source: string;
  file: string;
  lineOf: (node: AnyNode) => number;
  /** Where each `=>` ends, and where each `)` begins. */
  arrows: readonly number[];
  brackets: readonly number[];
}

/** The last of some ascending offsets that is not above another. */
export function lastUpTo(offsets: readonly number[], offset: number): number | undefined {
  let low = 0;
  for (let high = offsets.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (offsets[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return offsets[low - 1];
}
