import type {
  AnyNode,
  ArrowFunctionExpression,
  CallExpression,
  FunctionDeclaration,
  FunctionExpression,
  ImportDeclaration,
  Program,
} from 'acorn';
import { childrenOf } from './children-of.js';
import { type ModuleExports, readExports } from './module-exports.js';
import { acorn } from './syntax.js';

/** What is worth knowing about a whole source text. */
export interface ScriptSyntax {
  /** Whether the code at a position is strict by what stands around it. */
  isStrictAt(offset: number): boolean;
  /** Whether the code at a position runs once, when the script does: no function is around it. */
  isTopLevel(offset: number): boolean;
  /** Where the declarations of functions start. */
  declarations: ReadonlySet<number>;
  /** By local name, what is imported. */
  imports: ReadonlyMap<string, ImportedName>;
  /**
   * By local name, the specifiers of modules that were put into variables: `const x =
   * require('…')`, and what compilers make of imports, vitest (`await __vite_ssr_import__('…')`),
   * esbuild and TypeScript (`__toESM(require('…'))`).
   */
  moduleVariables: ReadonlyMap<string, string>;
  exports: ModuleExports;
}

export interface ImportedName {
  specifier: string;
  /** The export; `*` for the namespace. */
  name: string;
}

type FunctionNode = FunctionDeclaration | FunctionExpression | ArrowFunctionExpression;

/** Reads a source text once; its tree, many times larger than the text, is not kept. */
export function readScript(source: string, isModule: boolean): ScriptSyntax {
  const program = parse(source, isModule);
  const strict: Range[] = [];
  const functions: Range[] = [];
  const declarations = new Set<number>();
  const moduleVariables = new Map<string, string>();
  visit(program, (node) => {
    if (node.type === 'FunctionDeclaration') declarations.add(node.start);
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier') {
      const specifier = node.init && requiredBy(node.init);
      if (specifier) moduleVariables.set(node.id.name, specifier);
    }
    if (isStrict(node)) strict.push([node.start, node.end]);
    if (isFunction(node)) functions.push([node.body.start, node.body.end]);
  });
  return {
    isStrictAt: (offset) => isModule || isWithin(strict, offset),
    isTopLevel: (offset) => !isWithin(functions, offset),
    declarations,
    imports: readImports(program),
    moduleVariables,
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

function readImports(program: Program): Map<string, ImportedName> {
  const imports = program.body.filter(
    (statement): statement is ImportDeclaration => statement.type === 'ImportDeclaration',
  );
  return new Map(
    imports.flatMap(({ specifiers, source }) =>
      specifiers.map((specifier) => {
        const imported = { specifier: String(source.value), name: importedName(specifier) };
        return [specifier.local.name, imported] as const;
      }),
    ),
  );
}

function importedName(specifier: ImportDeclaration['specifiers'][number]): string {
  if (specifier.type === 'ImportDefaultSpecifier') return 'default';
  if (specifier.type === 'ImportNamespaceSpecifier') return '*';
  const { imported } = specifier;
  return imported.type === 'Identifier' ? imported.name : String(imported.value);
}

/** The module that a compiler's expression loads. */
function requiredBy(node: AnyNode): string | undefined {
  if (node.type === 'AwaitExpression') return calledWith(node.argument, /^__vite_ssr_import__$/);
  const plain = calledWith(node, /^require$/);
  if (plain !== undefined) return plain;
  const inner = node.type === 'CallExpression' && node.arguments[0];
  if (!inner || !isCallOf(node, /^__(toESM|importStar|importDefault)$/)) return undefined;
  return calledWith(inner, /^require$/);
}

function calledWith(node: AnyNode, callee: RegExp): string | undefined {
  if (!isCallOf(node, callee)) return undefined;
  const [argument] = node.arguments;
  return argument?.type === 'Literal' ? String(argument.value) : undefined;
}

function isCallOf(node: AnyNode, name: RegExp): node is CallExpression {
  if (node.type !== 'CallExpression') return false;
  return node.callee.type === 'Identifier' && name.test(node.callee.name);
}
