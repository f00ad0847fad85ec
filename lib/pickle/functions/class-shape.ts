import type { AnyNode, ArrowFunctionExpression, ClassExpression, FunctionExpression } from 'acorn';
import type { Range } from './edits.js';

/** What is evaluated when a class is, as opposed to when it is used. Offsets in its own text. */
export interface ClassShape {
  /** What it extends; undefined for nothing, and for `null`. */
  heritage: { range: Range; name: string | undefined } | undefined;
  members: Member[];
  /** Where its last brace is. */
  end: number;
}

export interface Member {
  kind: 'method' | 'field' | 'block';
  isStatic: boolean;
  isPrivate: boolean;
  /** The key as it is written; undefined for a block. */
  key: Range | undefined;
  /** The key, where the text says it. */
  name: string | undefined;
  /** The expression of a computed key, and its name if it is a variable. */
  computed: { range: Range; variable: string | undefined } | undefined;
  start: number;
  /** What a field starts with. */
  value: { range: Range; isFunction: boolean; literal: unknown } | undefined;
}

type Root = FunctionExpression | ArrowFunctionExpression | ClassExpression;

/** Reads the shape off the syntax; undefined for what is no class. */
export function readShape(root: Root, lead: number): ClassShape | undefined {
  if (root.type !== 'ClassExpression') return undefined;
  const { superClass } = root;
  const isNull = superClass?.type === 'Literal' && superClass.value === null;
  return {
    heritage: superClass && !isNull ? named(superClass) : undefined,
    members: root.body.body.map(readMember),
    end: root.body.end - 1 - lead,
  };

  function named(node: AnyNode) {
    return { range: rangeOf(node), name: node.type === 'Identifier' ? node.name : undefined };
  }

  function rangeOf(node: AnyNode): Range {
    return [node.start - lead, node.end - lead];
  }

  function readMember(node: ClassExpression['body']['body'][number]): Member {
    const start = node.start - lead;
    if (node.type === 'StaticBlock') {
      const nothing = { key: undefined, name: undefined, computed: undefined, value: undefined };
      return { kind: 'block', isStatic: true, isPrivate: false, start, ...nothing };
    }
    const { key, value } = node;
    const expression = node.computed ? named(key) : undefined;
    const isField = node.type === 'PropertyDefinition';
    return {
      kind: isField ? 'field' : 'method',
      isStatic: node.static,
      isPrivate: key.type === 'PrivateIdentifier',
      key: rangeOf(key),
      name: node.computed ? undefined : nameOf(key),
      computed: expression && { range: expression.range, variable: expression.name },
      start,
      value: isField && value ? readValue(value) : undefined,
    };
  }

  function readValue(node: AnyNode): Member['value'] {
    const isFunction = /^(Function|ArrowFunction|Class)Expression$/.test(node.type);
    const literal = node.type === 'Literal' && !node.regex ? node.value : undefined;
    return { range: rangeOf(node), isFunction, literal };
  }
}

function nameOf(key: AnyNode): string | undefined {
  if (key.type === 'Identifier' || key.type === 'PrivateIdentifier') return key.name;
  return key.type === 'Literal' ? String(key.value) : undefined;
}
