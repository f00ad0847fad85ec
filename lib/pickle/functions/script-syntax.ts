import type {
  AnyNode,
  ArrowFunctionExpression,
  FunctionDeclaration,
  FunctionExpression,
  ImportDeclaration,
  Program,
} from 'acorn';
import { type ModuleExports, readExports } from './module-exports.js';
import { acorn, childrenOf } from './syntax.js';

/** What is worth knowing about a whole source text. */
export interface ScriptSyntax {
  /** Whether the code at a position is strict by what stands around it. */
  isStrictAt(offset: number): boolean;
  /** Whether the code at a position runs once, when the script does: no function is around it. */
  isTopLevel(offset: number): boolean;
  /** Where the declarations of functions start. */
  declarations: ReadonlySet<number>;
  /** By local name, the module that a variable is imported from. */
  imports: ReadonlyMap<string, string>;
  exports: ModuleExports;
}

type FunctionNode = FunctionDeclaration | FunctionExpression | ArrowFunctionExpression;

/** Reads a source text once; its tree, many times larger than the text, is not kept. */
export function readScript(source: string, isModule: boolean): ScriptSyntax {
  const program = parse(source, isModule);
  const strict: Range[] = [];
  const functions: Range[] = [];
  const declarations = new Set<number>();
  visit(program, (node) => {
    if (node.type === 'FunctionDeclaration') declarations.add(node.start);
    if (isStrict(node)) strict.push([node.start, node.end]);
    if (isFunction(node)) functions.push([node.body.start, node.body.end]);
  });
  return {
    isStrictAt: (offset) => isModule || isWithin(strict, offset),
    isTopLevel: (offset) => !isWithin(functions, offset),
    declarations,
    imports: readImports(program),
    exports: readExports(program),
  };
}

type Range = [start: number, end: number];

function isWithin(ranges: Range[], offset: number): boolean {
  return ranges.some(([start, end]) => start <= offset && offset < end);
}

function parse(source: string, isModule: boolean): Program {
  try {
    return acorn().parse(source, {
      ecmaVersion: 'latest',
      sourceType: isModule ? 'module' : 'commonjs',
      allowHashBang: true,
    });
  } catch (error) {
    // Syntax that is newer than the parser: nothing is known then.
    if (error instanceof SyntaxError) return acorn().parse('', { ecmaVersion: 'latest' });
    throw error;
  }
}

function visit(node: AnyNode, see: (node: AnyNode) => void): void {
  see(node);
  for (const child of childrenOf(node)) visit(child, see);
}

function isStrict(node: AnyNode): boolean {
  switch (node.type) {
    case 'ClassDeclaration':
    case 'ClassExpression':
      return true;
    case 'Program':
      return hasDirective(node.body);
    default:
      return (
        isFunction(node) && node.body.type === 'BlockStatement' && hasDirective(node.body.body)
      );
  }
}

function isFunction(node: AnyNode): node is FunctionNode {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return true;
    default:
      return false;
  }
}

function hasDirective(statements: readonly AnyNode[]): boolean {
  for (const statement of statements) {
    if (statement.type !== 'ExpressionStatement' || statement.directive === undefined) return false;
    if (statement.directive === 'use strict') return true;
  }
  return false;
}

function readImports(program: Program): Map<string, string> {
  const imports = program.body.filter(
    (statement): statement is ImportDeclaration => statement.type === 'ImportDeclaration',
  );
  return new Map(
    imports.flatMap(({ specifiers, source }) =>
      specifiers.map(({ local }) => [local.name, String(source.value)] as const),
    ),
  );
}
