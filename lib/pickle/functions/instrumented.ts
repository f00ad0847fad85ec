import type { FunctionSource } from './descriptor.js';

/** What stands before and after each insertion into code that is traced (lib/_trace). */
export const INSERTED = ['/*heddle{*/', '/*}heddle*/'] as const;

/**
 * The text as its author wrote it: whoever traces only inserts, and leaves the line breaks alone. So
 * a function that was instrumented here travels, and is instrumented there only if that is wanted.
 */
export function withoutInsertions(text: string): string {
  const [before, after] = INSERTED;
  if (!text.includes(before)) return text;
  let plain = '';
  let from = 0;
  for (let at = text.indexOf(before); at >= 0; at = text.indexOf(before, from)) {
    plain += text.slice(from, at);
    const end = text.indexOf(after, at);
    // An arrow function that got a block ends with the block, before the comment does.
    if (end < 0) return plain;
    from = end + after.length;
  }
  return plain + text.slice(from);
}

/** Makes the text to compile of a function's source. */
export type Instrument = (code: FunctionSource, line: number) => string;

let instrument: Instrument | undefined;

/** From now on what is rebuilt from its source is compiled as this says. */
export function instrumentFunctions(by: Instrument): void {
  instrument = by;
}

let asked: (() => void) | undefined;

/** From now on, this is called before a thread gets code: what is sent, and modules that it needs. */
export function beforeCode(ask: () => void): void {
  asked = ask;
}

export function codeComes(): void {
  asked?.();
}

/** @param line where the source starts in its file, from 0 */
export function instrumented(code: FunctionSource, line: number): string {
  codeComes();
  return instrument ? instrument(code, line) : code.source;
}
