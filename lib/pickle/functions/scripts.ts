import type { Debugger, Session } from 'node:inspector';
import { readScript, type ScriptSyntax } from './script-syntax.js';

/** A source text that V8 compiled, a file as a rule. */
export class Script {
  readonly id: string;
  /** `''` for what has no name. */
  readonly url: string;
  readonly isModule: boolean;
  readonly source: string;
  /** What its first character counts as: not 0 and 0 for part of a larger file. */
  readonly #startLine: number;
  readonly #startColumn: number;
  #lineStarts: number[] | undefined;
  #syntax: ScriptSyntax | undefined;

  constructor(parsed: Debugger.ScriptParsedEventDataType, source: string) {
    this.id = parsed.scriptId;
    this.url = parsed.url;
    this.isModule = parsed.isModule ?? false;
    this.source = source;
    this.#startLine = parsed.startLine;
    this.#startColumn = parsed.startColumn;
  }

  get syntax(): ScriptSyntax {
    this.#syntax ??= readScript(this.source, this.isModule);
    return this.#syntax;
  }

  /** Where a line and column, as V8 counts them, are in the source. */
  offsetAt(line: number, column: number): number {
    const index = line - this.#startLine;
    return (this.#lines[index] ?? 0) + column - (index === 0 ? this.#startColumn : 0);
  }

  /** The line and column, as V8 counts them, of a position in the source. */
  positionAt(offset: number): { line: number; column: number } {
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

/** The scripts that functions came from so far. */
const scripts = new Map<string, Script>();

/**
 * The script of an id that V8 gave.
 *
 * @returns undefined for a script that is gone
 */
export function scriptOf(id: string, session: Session): Script | undefined {
  const known = scripts.get(id);
  if (known !== undefined) return known;
  const parsed = new Map<string, Debugger.ScriptParsedEventDataType>();
  const onParsed = ({ params }: { params: Debugger.ScriptParsedEventDataType }) => {
    parsed.set(params.scriptId, params);
  };
  let script: Script | undefined;
  session.on('Debugger.scriptParsed', onParsed);
  // Enabled for this moment only: code that awaits runs several times slower meanwhile.
  session.post('Debugger.enable', () => {});
  try {
    const found = parsed.get(id);
    session.post('Debugger.getScriptSource', { scriptId: id }, (error, answer) => {
      if (!error && found) script = new Script(found, answer.scriptSource);
    });
  } finally {
    session.post('Debugger.disable');
    session.off('Debugger.scriptParsed', onParsed);
  }
  // Those that were collected need no place any more.
  for (const old of scripts.keys()) if (!parsed.has(old)) scripts.delete(old);
  if (script !== undefined) scripts.set(id, script);
  return script;
}
