/**
 * A packed graph is, in the form of V8's structured clone: its flags, one after another what the
 * flags name, and the value. What structured clone cannot take is a *mark* in it, an index; the
 * reader makes something empty for each mark (a *shell*), reads the value, and then does the
 * *fills*. So cycles may lead through anything.
 *
 * @module
 */

/** After the two bytes of V8's header. */
export const FLAGS_AT = 2;
export const Flag = {
  /** There are marks, and code that is not heddle's may run while the graph is read. */
  marks: 1,
  /** There are ArrayBuffers. */
  memories: 2,
  /** The value is in an array of its own, and its fills follow. */
  fills: 4,
} as const;

/** The first item of a mark's record. */
export const MarkKind = {
  /** `[kind, code, base, identity, count]`: numbers of the code's text, of the base's mark or -1, and of values */
  function: 0,
  /** `[kind, name, attachment, state]` */
  handle: 1,
  /** `[kind]`: an error, of class Error until it is filled */
  error: 2,
  /** `[kind, section]`: what a reducer's callable returns, called with what is in that section */
  reduction: 3,
  /** `[kind, name]`: a class of errors that both sides know by its name */
  errorClass: 4,
} as const;
export type MarkRecord =
  | [kind: 0, code: number, base: number, identity: string | null, count: number]
  | [kind: 1, name: string, attachment: number, state: unknown]
  | [kind: 2]
  | [kind: 3, section: number]
  | [kind: 4, name: string];

/** What V8 asks us about: a mark, or a view of an ArrayBuffer. */
export const HostTag = {
  /** In the same number: the class in four bits, and the number of the buffer. Offset, length. */
  view: 0,
  /** As `view`, of a buffer beyond 4 GiB. */
  hugeView: 1,
  /** In the same number: that of the mark. */
  mark: 2,
} as const;
export const TAG_BITS = 2;
export const VIEW_CLASS_BITS = 4;

/** How an ArrayBuffer's bytes travel: within the message, in one of their own, or not at all. */
export const MemoryKind = {
  /** Length and bytes follow. */
  inline: 0,
  /** The next part in the channel that is the last attachment. */
  apart: 1,
  /** In the same number: that of its owner's mark. */
  shared: 2,
} as const;

/** The kinds of fills, in the order in which they are done. */
export const FillKind = {
  /** container, key, text of the symbol */
  symbol: 0,
  /** class or null, the instances */
  classes: 1,
  /** object, its own fields */
  fields: 2,
  /** object, texts of symbols and the fields of that name, in turn */
  symbolFields: 3,
  /** Map or Set, what is in it */
  entries: 4,
  /** error, what it has, its own fields */
  error: 5,
  /** function, its captured values: static blocks of classes may run, and use what they captured */
  captures: 6,
  /** object, what its `__setstate__` gets */
  state: 7,
} as const;
export const FILL_KINDS = 8;

/** What a reader fills: for each kind a flat list of arguments, or null. */
export type PackedFills = (unknown[] | null)[];

/** Stands for a mark in a copy of the value. A typed array: those V8's serializer asks us about. */
export class Marker extends Uint8Array {
  constructor(readonly index: number) {
    super(0);
  }
}

const markers: Marker[] = [];
const KEPT = 256;

export function markerOf(index: number): Marker {
  if (index >= KEPT) return new Marker(index);
  markers[index] ??= new Marker(index);
  return markers[index];
}
