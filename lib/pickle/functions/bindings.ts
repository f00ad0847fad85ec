import type { AnyNode, Class } from 'acorn';
import { childrenOf } from './children-of.js';
import type { ParsedFunction } from './parse-function.js';

/** What a function uses of its surroundings that is no variable. */
export interface Bindings {
  /** The first thing that cannot be had anywhere else, as in "it uses …". */
  obstacle?: { uses: string; hint?: string; offset: number };
  /** Where the operands of `typeof` stand: it may ask for variables that do not exist. */
  typeofOperands: Set<number>;
  /** Where `import.meta` stands. */
  metas: Range[];
  /** Where a path relative to the file is imported. */
  relativeImport?: number;
}

type Range = readonly [start: number, end: number];

/** Whose `this` and `super` a piece of code means, and the private names that it may use. */
interface Context {
  ownThis: boolean;
  ownSuper: boolean;
  privateNames: ReadonlySet<string>;
}

/** Looks through a function for what it takes from its surroundings other than variables. */
export function findBindings({ root }: ParsedFunction): Bindings {
  const found: Bindings = { typeofOperands: new Set(), metas: [] };
  visit(root, { ownThis: false, ownSuper: false, privateNames: new Set() }, found);
  return found;
}

function visit(node: AnyNode, context: Context, found: Bindings): void {
  note(node, context, found);
  switch (node.type) {
    case 'FunctionExpression':
    case 'FunctionDeclaration':
      visitAll(childrenOf(node), { ...context, ownThis: true }, found);
      break;
    case 'ClassExpression':
    case 'ClassDeclaration':
      visitClass(node, context, found);
      break;
    case 'Property': {
      if (node.computed) visit(node.key, context, found);
      const isMethod = node.method || node.kind !== 'init';
      visit(node.value, isMethod ? { ...context, ownSuper: true } : context, found);
      break;
    }
    default:
      visitAll(childrenOf(node), context, found);
  }
}

function visitAll(nodes: Iterable<AnyNode>, context: Context, found: Bindings): void {
  for (const node of nodes) visit(node, context, found);
}

function visitClass(node: Class, context: Context, found: Bindings): void {
  const privateNames = new Set([...context.privateNames, ...privateNamesOf(node)]);
  const outside = { ...context, privateNames };
  const inside = { ownThis: true, ownSuper: true, privateNames };
  if (node.superClass) visit(node.superClass, outside, found);
  for (const member of node.body.body) {
    if (member.type === 'StaticBlock') {
      visitAll(member.body, inside, found);
      continue;
    }
    if (member.computed) visit(member.key, outside, found);
    if (member.value) visit(member.value, inside, found);
  }
}

function privateNamesOf({ body }: Class): string[] {
  return body.body.flatMap((member) =>
    member.type !== 'StaticBlock' && member.key.type === 'PrivateIdentifier'
      ? [member.key.name]
      : [],
  );
}

function note(node: AnyNode, context: Context, found: Bindings): void {
  if (node.type === 'UnaryExpression' && node.operator === 'typeof') {
    found.typeofOperands.add(node.argument.start);
  } else if (node.type === 'MetaProperty' && node.meta.name === 'import') {
    found.metas.push([node.start, node.end]);
  } else if (node.type === 'ImportExpression') {
    const { source } = node;
    const isRelative = source.type === 'Literal' && /^\.{1,2}\//.test(String(source.value));
    if (isRelative) found.relativeImport ??= node.start;
  }
  const obstacle = obstacleOf(node, context);
  if (obstacle !== undefined) found.obstacle ??= { ...obstacle, offset: node.start };
}

function obstacleOf(node: AnyNode, context: Context): { uses: string; hint?: string } | undefined {
  switch (node.type) {
    case 'ThisExpression':
      if (context.ownThis) return undefined;
      return { uses: '`this` of its surroundings', hint: 'pass what it needs as an argument' };
    case 'Super':
      if (context.ownSuper) return undefined;
      return { uses: '`super`, which belongs to its object or class' };
    case 'MetaProperty':
      if (node.meta.name === 'import' || context.ownThis) return undefined;
      return { uses: '`new.target` of its surroundings' };
    case 'PrivateIdentifier':
      if (context.privateNames.has(node.name)) return undefined;
      return { uses: `the private name \`#${node.name}\` of its class` };
    case 'WithStatement':
      return { uses: 'a `with` statement' };
    case 'CallExpression':
      if (node.optional || node.callee.type !== 'Identifier' || node.callee.name !== 'eval') {
        return undefined;
      }
      return { uses: 'a direct `eval`', hint: 'call it as `globalThis.eval(…)`' };
    default:
      return undefined;
  }
}
