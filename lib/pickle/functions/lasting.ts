import type { AnyNode, Program } from 'acorn';
import type { analyze as EslintAnalyze, Scope, Variable } from 'eslint-scope';
import { childrenOf } from './children-of.js';
import type { Place, Script } from './scripts.js';
import { FILE_VARIABLES } from './standard-globals.js';
import { acorn, eslintScope } from './syntax.js';

/**
 * Whether variables that a function captured keep their values for ever, once they have them: nothing
 * in their script assigns to them.
 *
 * @param length of the function's text
 */
export function areLasting(
  script: Script,
  place: Place,
  length: number,
  names: readonly string[],
): boolean {
  let table = tables.get(script);
  if (table === undefined) {
    table = script.source.length > LARGEST ? new Map<number, Closure[]>() : readTable(script);
    tables.set(script, table);
  }
  // The text of a method starts before the function does. Those within it start later.
  const closure = table
    .get(place.offset + length)
    ?.filter(({ start }) => start >= place.offset)
    .reduce((first, next) => (next.start < first.start ? next : first), NONE);
  return closure !== undefined && names.every((name) => closure.lasting.has(name));
}

/** A function of a script and the variables in question that it uses. */
interface Closure {
  start: number;
  lasting: Set<string>;
}

const NONE: Closure = { start: Number.POSITIVE_INFINITY, lasting: new Set() };

/** By where they end, the functions of a script. */
type Table = Map<number, Closure[]>;

const tables = new WeakMap<Script, Table>();
/** In characters; more would take too long. */
const LARGEST = 500_000;

function readTable(script: Script): Table {
  const table: Table = new Map();
  const program = parse(script);
  if (program === undefined || isDynamic(program)) return table;
  const manager = eslintScope().analyze(program as Parameters<typeof EslintAnalyze>[0], {
    ecmaVersion: 2025,
    sourceType: script.isModule ? 'module' : 'commonjs',
    ignoreEval: true,
    childVisitorKeys: { ImportExpression: ['source', 'options'] },
    fallback: 'iteration',
  });
  const known = new Map<Variable, boolean>();
  const assigned = new Set(
    manager
      .globalScope!.through.filter((reference) => reference.isWrite())
      .map(({ identifier }) => (identifier as { name: string }).name),
  );
  for (const scope of manager.scopes) {
    if (scope.type !== 'function' && scope.type !== 'class') continue;
    const { start, end } = scope.block as unknown as AnyNode;
    const closure = { start, lasting: lastingIn(scope, known, assigned) };
    table.set(end, [...(table.get(end) ?? []), closure]);
  }
  return table;
}

function lastingIn(
  scope: Scope,
  known: Map<Variable, boolean>,
  assigned: Set<string>,
): Set<string> {
  const lasting = new Set<string>();
  const changing = new Set<string>();
  for (const { resolved, identifier } of scope.through) {
    const { name } = identifier as { name: string };
    if (resolved === null) {
      // `require` and the like are declared around the text of the file.
      const isOfFile = FILE_VARIABLES.has(name) && !assigned.has(name);
      (isOfFile ? lasting : changing).add(name);
      continue;
    }
    let isLasting = known.get(resolved);
    if (isLasting === undefined) {
      isLasting = staysAsItIs(resolved);
      known.set(resolved, isLasting);
    }
    (isLasting ? lasting : changing).add(name);
  }
  for (const name of changing) lasting.delete(name);
  return lasting;
}

function staysAsItIs({ defs, references, scope }: Variable): boolean {
  const [definition] = defs;
  if (definition === undefined || defs.length > 1) return false;
  if (definition.type === 'Variable' && definition.parent?.kind === 'var') return false;
  // `arguments[0] = x` assigns to a parameter of a sloppy function.
  if (definition.type === 'Parameter' && usesArguments(scope)) return false;
  return references.every((reference) => !reference.isWrite() || reference.init === true);
}

function usesArguments({ variables }: Scope): boolean {
  return variables.some(({ name, references }) => name === 'arguments' && references.length > 0);
}

function parse({ source, isModule }: Script): Program | undefined {
  try {
    return acorn().parse(source, {
      ecmaVersion: 'latest',
      sourceType: isModule ? 'module' : 'commonjs',
      allowHashBang: true,
      ranges: true,
    });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether code that is not in the text could assign to its variables. */
function isDynamic(node: AnyNode): boolean {
  if (node.type === 'WithStatement') return true;
  if (node.type === 'CallExpression') {
    const { callee } = node;
    if (callee.type === 'Identifier' && callee.name === 'eval') return true;
  }
  for (const child of childrenOf(node)) if (isDynamic(child)) return true;
  return false;
}
