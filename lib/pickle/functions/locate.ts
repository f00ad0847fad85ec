import type { Inspection } from './inspect.js';

/** Where a function's text starts. */
export interface Place {
  /** In the source of its script. */
  offset: number;
  /** In its file, from 0. */
  line: number;
  column: number;
}

/** Finds the text of a function in its script: V8 names a position somewhere within it. */
export function locate(text: string, { script, line, column }: Inspection): Place | undefined {
  if (script === undefined) return undefined;
  const within = script.offsetAt(line, column);
  const offset = script.source.lastIndexOf(text, within);
  if (offset < 0 || offset + text.length < within) return undefined;
  return { offset, ...script.positionAt(offset) };
}
