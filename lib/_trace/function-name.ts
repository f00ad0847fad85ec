import type { AnyNode } from 'acorn';
import { ANONYMOUS } from './names.js';

/** The name of a function or class without one, from what it is assigned to; as V8 infers it. */
export function assignedName(node: AnyNode, source: string): string | undefined {
  switch (node.type) {
    case 'VariableDeclarator':
      return nameOf(node.id, source);
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      return nameOf(node.left, source);
    case 'Property':
    case 'PropertyDefinition':
    case 'MethodDefinition':
      return memberName(node, source);
    default:
      return undefined;
  }
}

function nameOf(node: AnyNode, source: string): string | undefined {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression') return undefined;
  const text = source.slice(node.start, node.end);
  return /^[\w$#.]+$/.test(text) ? text : undefined;
}

type Member = Extract<AnyNode, { type: 'Property' | 'PropertyDefinition' | 'MethodDefinition' }>;

function memberName(node: Member, source: string): string {
  const { key, computed } = node;
  const kind = 'kind' in node ? node.kind : 'init';
  const prefix = kind === 'get' || kind === 'set' ? `${kind} ` : '';
  if (computed) return `${prefix}[${source.slice(key.start, key.end)}]`;
  if (key.type === 'Identifier') return prefix + key.name;
  if (key.type === 'PrivateIdentifier') return `${prefix}#${key.name}`;
  return prefix + (key.type === 'Literal' ? String(key.value) : ANONYMOUS);
}
