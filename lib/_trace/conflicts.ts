import type {
  AnyNode,
  ArrowFunctionExpression,
  FunctionDeclaration,
  FunctionExpression,
  Program,
} from 'acorn';
import { childrenOf } from '../pickle/index.js';

/**
 * Whether a function's body means something else in a block of its own: two declarations of one name,
 * of which one is a function's, are allowed in a body, and not in a block.
 */
export function isBoundToBody(body: readonly AnyNode[]): boolean {
  const functions = new Set<string>();
  for (const node of body) {
    if (node.type !== 'FunctionDeclaration' || !node.id) continue;
    if (functions.has(node.id.name)) return true;
    functions.add(node.id.name);
  }
  if (functions.size === 0) return false;
  return body.some((node) => declares(node, functions));
}

/** Whether a `var` within declares one of the names. */
function declares(node: AnyNode, names: ReadonlySet<string>): boolean {
  if (isFunction(node)) return false;
  if (node.type === 'VariableDeclaration' && node.kind === 'var') {
    if (node.declarations.some(({ id }) => binds(id, names))) return true;
  }
  for (const child of childrenOf(node)) if (declares(child, names)) return true;
  return false;
}

/** What a pattern computes counts as what it binds: seldom, and to no harm. */
function binds(pattern: AnyNode, names: ReadonlySet<string>): boolean {
  if (pattern.type === 'Identifier') return names.has(pattern.name);
  for (const child of childrenOf(pattern)) if (binds(child, names)) return true;
  return false;
}

export type AnyFunction = FunctionDeclaration | FunctionExpression | ArrowFunctionExpression;

export function isFunction(node: AnyNode): node is Extract<AnyNode, AnyFunction> {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  );
}

/** The directives at the beginning end here; undefined where there are none. */
export function endOfDirectives(body: readonly (Program['body'][number] | AnyNode)[]) {
  let end: number | undefined;
  for (const node of body) {
    if (node.type !== 'ExpressionStatement' || node.directive === undefined) break;
    end = node.end;
  }
  return end;
}
