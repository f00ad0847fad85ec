import { SourceMap, type SourceMapPayload } from 'node:module';
import type * as Acorn from 'acorn';
import type { AnyNode, Token } from 'acorn';
import { require } from '../_native/index.js';
import { INSERTED } from '../pickle/index.js';
import { Instrumenter } from './instrumenter.js';
import type { Where } from './where.js';

// The CommonJS one: the thread has it already if it has taken a function apart.
const { parse, tokTypes } = require('acorn') as typeof Acorn;

/** What a text is. */
export type Kind = 'module' | 'commonjs' | 'expression' | 'method';

/**
 * Inserts what reports events into a text.
 *
 * @param file how frames name its file
 * @param options `line`: where the text starts in the file, from 0; `name`: of a function's text
 * @returns the text as it is where it cannot be read, or was instrumented before
 */
export function instrument(
  source: string,
  file: string,
  kind: Kind,
  { line = 0, name }: { line?: number; name?: string } = {},
): string {
  if (source.includes(INSERTED[0])) return source;
  const [before, after] = kind === 'method' ? ['({', '})'] : ['(', ')'];
  const isPart = kind === 'expression' || kind === 'method';
  const text = isPart ? before + source + after : source;
  const arrows: number[] = [];
  const brackets: number[] = [];
  const onToken = ({ type, start, end }: Token) => {
    if (type === tokTypes.arrow) arrows.push(end);
    else if (type === tokTypes.parenR) brackets.push(start);
  };
  let program: AnyNode;
  try {
    program = parse(text, {
      ecmaVersion: 'latest',
      sourceType: kind === 'module' ? 'module' : 'commonjs',
      locations: true,
      allowHashBang: true,
      allowReturnOutsideFunction: kind !== 'module',
      ...(isPart && { allowSuperOutsideMethod: true, checkPrivateFields: false }),
      onToken,
    });
  } catch (error) {
    if (error instanceof SyntaxError) return source;
    throw error;
  }
  const lineOf = isPart ? offsetBy(line) : lineReader(source);
  const where: Where = { source: text, file, lineOf, arrows, brackets };
  const instrumenter = new Instrumenter(where);
  if (!isPart) return instrumenter.program(program as Acorn.Program, kind === 'module');
  const result = instrumenter.part(program as Acorn.Program, name);
  return result.slice(before.length, result.length - after.length);
}

type LineOf = Where['lineOf'];

function offsetBy(lines: number): LineOf {
  return ({ loc }) => loc!.start.line + lines;
}

/** The author's lines: where a loader has compiled the file, its text ends with a map of them. */
function lineReader(source: string): LineOf {
  const map = readMap(source);
  if (map === undefined) return ({ loc }) => loc!.start.line;
  return ({ loc }) => {
    const { line, column } = loc!.start;
    const entry = map.findEntry(line - 1, column);
    return 'originalLine' in entry ? entry.originalLine + 1 : line;
  };
}

function readMap(source: string): SourceMap | undefined {
  const at = source.lastIndexOf('//# sourceMappingURL=data:application/json');
  const data = at < 0 ? null : /;base64,([\w+/=]+)\s*$/.exec(source.slice(at));
  if (data === null) return undefined;
  try {
    const text = Buffer.from(data[1]!, 'base64').toString();
    return new SourceMap(JSON.parse(text) as SourceMapPayload);
  } catch {
    return undefined;
  }
}
