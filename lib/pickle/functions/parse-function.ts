import type {
  AnyNode,
  ArrowFunctionExpression,
  ClassExpression,
  FunctionExpression,
  Options,
  Program,
} from 'acorn';
import type { FunctionSource } from './descriptor.js';
import { acorn } from './syntax.js';
import { WRAPPING } from './wrapping.js';

/** A function's text, understood. */
export interface ParsedFunction {
  form: FunctionSource['form'];
  /** The text in a form that compiles alone: a computed or private key is replaced. */
  source: string;
  program: Program;
  /** The function or class itself. Its positions count from the start of the program. */
  root: FunctionExpression | ArrowFunctionExpression | ClassExpression;
  /** How many characters of the program stand before the text. */
  lead: number;
}

// The text of a function says nothing about where it stood, so whatever may stand anywhere is
// accepted here, and what is at fault is refused later with a better message.
const OPTIONS: Options = {
  ecmaVersion: 'latest',
  sourceType: 'commonjs',
  ranges: true,
  allowImportExportEverywhere: true,
  allowSuperOutsideMethod: true,
  checkPrivateFields: false,
};

/**
 * Parses what `toString()` of a function says: an expression, a method of an object or of a class.
 *
 * @returns undefined for a text that is no function of JavaScript
 */
export function parseFunction(text: string): ParsedFunction | undefined {
  return parseExpression(text) ?? parseMethod(text) ?? parsePrivateMethod(text);
}

function parseExpression(source: string): ParsedFunction | undefined {
  const parsed = parse('expression', source);
  const root = parsed?.expression;
  switch (root?.type) {
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassExpression':
      return { form: 'expression', source, program: parsed!.program, root, lead: 1 };
    default:
      return undefined;
  }
}

function parseMethod(source: string): ParsedFunction | undefined {
  const { program, expression } = parse('method', source) ?? {};
  if (program === undefined || expression?.type !== 'ObjectExpression') return undefined;
  const [member] = expression.properties;
  if (member?.type !== 'Property' || member.value.type !== 'FunctionExpression') return undefined;
  const lead = WRAPPING.method.before.length;
  if (!member.computed) return { form: 'method', source, program, root: member.value, lead };
  // The name was computed in the surroundings, perhaps from what does not exist elsewhere.
  const from = source.indexOf('[');
  const to = member.value.start - lead;
  return parseMethod(
    `${source.slice(0, from)}'m'${blank(source.slice(from + 3, to))}${source.slice(to)}`,
  );
}

/** Only classes have private methods. Anywhere else such a method is one like another. */
function parsePrivateMethod(source: string): ParsedFunction | undefined {
  const hash = /^(?:(?:async|get|set)\b\s*)?(?:\*\s*)?#/.exec(source);
  if (hash === null) return undefined;
  const at = hash[0].length - 1;
  return parseMethod(`${source.slice(0, at)}_${source.slice(at + 1)}`);
}

function parse(form: FunctionSource['form'], source: string) {
  const { before, after } = WRAPPING[form];
  let program: Program;
  try {
    program = acorn().parse(before + source + after, OPTIONS);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const [statement] = program.body as AnyNode[];
  if (statement?.type !== 'ExpressionStatement') return undefined;
  return { program, expression: statement.expression };
}

/** As many blanks as there are characters, with the line breaks where they were. */
function blank(text: string): string {
  return text.replace(/[^\n\r\u2028\u2029]/g, ' ');
}
