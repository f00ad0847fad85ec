/** A part of a text, and what is put in its place. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

export type Range = readonly [start: number, end: number];

/** Applies edits that do not overlap. */
export function edit(source: string, edits: readonly Edit[]): string {
  let result = '';
  let from = 0;
  for (const { start, end, text } of [...edits].sort((a, b) => a.start - b.start)) {
    result += source.slice(from, start) + text;
    from = end;
  }
  return result + source.slice(from);
}

/** Replaces a part, and keeps its line breaks and, if that can be, its length. */
export function replacing(source: string, start: number, end: number, text: string): Edit {
  const rest = source.slice(start + text.length, end).replace(/[^\n\r\u2028\u2029]/g, ' ');
  const breaks = source.slice(start, start + text.length).match(/\r\n|[\n\r\u2028\u2029]/g) ?? [];
  return { start, end, text: text + breaks.join('') + rest };
}

export function isWithin(ranges: readonly Range[], offset: number): boolean {
  return ranges.some(([start, end]) => start <= offset && offset < end);
}
