/** A source text and its lines. */
export class SourceText {
  readonly source: string;
  /** What its first character counts as: not 0 and 0 for part of a larger file. */
  readonly #startLine: number;
  readonly #startColumn: number;
  #lineStarts: number[] | undefined;

  constructor(source: string, startLine: number, startColumn: number) {
    this.source = source;
    this.#startLine = startLine;
    this.#startColumn = startColumn;
  }

  /** Where a text is that has a position, counted as V8 does, somewhere within it. */
  locate(
    text: string,
    within: { lineNumber: number; columnNumber?: number | undefined },
  ): { offset: number; line: number; column: number } | undefined {
    const inside = this.#offsetAt(within.lineNumber, within.columnNumber ?? 0);
    const offset = this.source.lastIndexOf(text, inside);
    if (offset < 0 || offset + text.length < inside) return undefined;
    return { offset, ...this.#positionAt(offset) };
  }

  #offsetAt(line: number, column: number): number {
    const index = line - this.#startLine;
    return (this.#lines[index] ?? 0) + column - (index === 0 ? this.#startColumn : 0);
  }

  #positionAt(offset: number): { line: number; column: number } {
    const lines = this.#lines;
    let index = 0;
    for (let end = lines.length; end - index > 1; ) {
      const middle = (index + end) >> 1;
      if (lines[middle]! <= offset) index = middle;
      else end = middle;
    }
    const column = offset - lines[index]! + (index === 0 ? this.#startColumn : 0);
    return { line: index + this.#startLine, column };
  }

  get #lines(): number[] {
    if (this.#lineStarts === undefined) {
      this.#lineStarts = [0];
      for (const { index, 0: text } of this.source.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) {
        this.#lineStarts.push(index + text.length);
      }
    }
    return this.#lineStarts;
  }
}

/** How many lines end in a text. */
export function lineBreaksIn(text: string): number {
  return text.match(/\r\n|[\n\r\u2028\u2029]/g)?.length ?? 0;
}

/** What comes after the last of them. */
export function lastLineOf(text: string): string {
  return /[^\n\r\u2028\u2029]*$/.exec(text)![0];
}
