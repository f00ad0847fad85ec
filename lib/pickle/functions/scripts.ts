import { readFileSync } from 'node:fs';
import type { Debugger, Session } from 'node:inspector';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileOf } from './entry.js';
import { readScript, type ScriptSyntax } from './script-syntax.js';
import { ask } from './session.js';
import { SourceText } from './source-text.js';

/** Where a function's text starts. */
export interface Place {
  /** In the source of its script. */
  offset: number;
  /** In its file, from 0. */
  line: number;
  column: number;
  /** Whether the code there runs once, when the script does; found out when it is asked. */
  isTopLevel?: boolean;
}

/** A source text that V8 compiled, a file as a rule. */
export class Script {
  /** `''` for what has no name. */
  readonly url: string;
  readonly isModule: boolean;
  /** Undefined for what is no file. */
  readonly file: string | undefined;
  readonly #parsed: Debugger.ScriptParsedEventDataType;
  #text: SourceText | undefined;
  #map: SourceMap | null | undefined;
  #syntax: ScriptSyntax | undefined;
  /** By the position that V8 gives for a function. */
  readonly #places = new Map<string, Place | undefined>();

  constructor(parsed: Debugger.ScriptParsedEventDataType) {
    this.url = parsed.url;
    this.isModule = parsed.isModule ?? false;
    this.file = fileOf(parsed.url);
    this.#parsed = parsed;
  }

  /** The source. Known once a function of the script was located. */
  get source(): string {
    return this.#text?.source ?? '';
  }

  /** What the source says. Known once a function of the script was located. */
  get syntax(): ScriptSyntax {
    this.#syntax ??= readScript(this.source, this.isModule);
    return this.#syntax;
  }

  /**
   * The position that the author of the file knows. Where a loader has compiled the file (tsx,
   * vitest), its text has a map of what was there before.
   *
   * @returns undefined where the text is the author's own
   */
  original(line: number, column: number): { line: number; column: number } | undefined {
    this.#map ??= readMap(this.#parsed.sourceMapURL) ?? null;
    const entry = this.#map?.findEntry(line, column);
    if (!entry || !('originalLine' in entry)) return undefined;
    return { line: entry.originalLine, column: entry.originalColumn };
  }

  /** Whether the code at a place runs once: no function is around it. */
  isTopLevel(place: Place): boolean {
    place.isTopLevel ??= this.syntax.isTopLevel(place.offset);
    return place.isTopLevel;
  }

  /**
   * Finds the text of a function in the source. The same place is the same object.
   *
   * @param within a position of V8's, somewhere within the text
   */
  locate(text: string, within: Debugger.Location, session: Session): Place | undefined {
    const key = `${within.lineNumber}:${within.columnNumber}`;
    let place = this.#places.get(key);
    if (place === undefined || !this.source.startsWith(text, place.offset)) {
      place = this.#find(text, within, session);
      this.#places.set(key, place);
    }
    return place;
  }

  #find(text: string, within: Debugger.Location, session: Session): Place | undefined {
    if (this.#text !== undefined) return this.#text.locate(text, within);
    // The file, as long as it says the same, spares the debugger, which takes some milliseconds.
    const onDisk = this.#read();
    const place = onDisk?.locate(text, within);
    this.#text = place ? onDisk : this.#ask(session);
    return place ?? this.#text?.locate(text, within);
  }

  #read(): SourceText | undefined {
    if (this.file === undefined) return undefined;
    try {
      const source = readFileSync(this.file, 'utf8');
      return source.length === this.#parsed.length ? this.#textOf(source) : undefined;
    } catch {
      return undefined;
    }
  }

  #ask(session: Session): SourceText {
    const { scriptId } = this.#parsed;
    return debugging(session, () => {
      const answer = ask<Debugger.GetScriptSourceReturnType>(session, 'Debugger.getScriptSource', {
        scriptId,
      });
      return this.#textOf(answer.scriptSource);
    });
  }

  #textOf(source: string): SourceText {
    return new SourceText(source, this.#parsed.startLine, this.#parsed.startColumn);
  }
}

/** Only maps within the text: what is a file itself has its own lines. */
function readMap(url: string | undefined): SourceMap | undefined {
  const data = /^data:application\/json[^,]*;base64,(.*)$/.exec(url ?? '')?.[1];
  if (data === undefined) return undefined;
  try {
    return new SourceMap(JSON.parse(Buffer.from(data, 'base64').toString()) as SourceMapPayload);
  } catch {
    return undefined;
  }
}

/** By their ids, the scripts that there were when the debugger was asked last. */
const scripts = new Map<string, Script>();

/**
 * The script of an id that V8 gave.
 *
 * @returns undefined for a script that is gone
 */
export function scriptOf(id: string, session: Session): Script | undefined {
  if (!scripts.has(id)) readScripts(session);
  return scripts.get(id);
}

function readScripts(session: Session): void {
  const found = new Map<string, Debugger.ScriptParsedEventDataType>();
  const onParsed = ({ params }: { params: Debugger.ScriptParsedEventDataType }) => {
    found.set(params.scriptId, params);
  };
  session.on('Debugger.scriptParsed', onParsed);
  try {
    debugging(session, () => {});
  } finally {
    session.off('Debugger.scriptParsed', onParsed);
  }
  for (const id of scripts.keys()) if (!found.has(id)) scripts.delete(id);
  for (const [id, parsed] of found) if (!scripts.has(id)) scripts.set(id, new Script(parsed));
}

/** Enables the debugger for a moment only: code that awaits runs several times slower meanwhile. */
function debugging<Result>(session: Session, action: () => Result): Result {
  ask(session, 'Debugger.enable');
  try {
    return action();
  } finally {
    ask(session, 'Debugger.disable');
  }
}
