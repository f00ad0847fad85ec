import { addon } from './addon.js';
import type { NativePrimitive } from './natives.js';

/** The words of the process's cells, by kind of memory and slab. */
const slabs: Record<'private' | 'shared', Int32Array[]> = { private: [], shared: [] };

/** A primitive's words as this thread sees them: `words[first]` is the one that waiters sleep on. */
export interface CellView {
  words: Int32Array;
  first: number;
}

const WORDS_PER_CELL = 16;

/** Where the fast paths find a primitive's words (layout: native/core/cell.h). */
export function cellOf(primitive: NativePrimitive): CellView {
  const known = slabs[primitive.shared ? 'shared' : 'private'];
  known[primitive.slab] ??= new Int32Array(addon.slab(primitive.shared, primitive.slab));
  return {
    words: known[primitive.slab] as Int32Array,
    first: primitive.index * WORDS_PER_CELL,
  };
}
