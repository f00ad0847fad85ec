import type {
  AnyNode,
  ExportDefaultDeclaration,
  ExportNamedDeclaration,
  Identifier,
  Literal,
  ObjectExpression,
  Pattern,
  Program,
} from 'acorn';

/** What an ES module exports of its own. What it exports of others, those export. */
export interface ModuleExports {
  /** The names of its variables, and the names that they are exported under. */
  variables: readonly (readonly [local: string, exported: string])[];
  /** By where they start, the functions of the default export that no variable leads to. */
  functions: ReadonlyMap<number, string[]>;
}

/** Reads the exports off the syntax of a module. */
export function readExports(program: Program): ModuleExports {
  const variables: [string, string][] = [];
  const functions = new Map<number, string[]>();
  for (const statement of program.body) {
    if (statement.type === 'ExportNamedDeclaration' && !statement.source) {
      variables.push(...namedExports(statement));
    } else if (statement.type === 'ExportDefaultDeclaration') {
      const { declaration } = statement;
      const local = localName(declaration);
      if (local === undefined) addFunctions(declaration, ['default'], functions);
      else variables.push([local, 'default']);
    }
  }
  return { variables, functions };
}

function namedExports({ declaration, specifiers }: ExportNamedDeclaration): [string, string][] {
  const names =
    declaration?.type === 'VariableDeclaration'
      ? declaration.declarations.flatMap(({ id }) => [...boundNames(id)])
      : declaration
        ? [declaration.id.name]
        : [];
  return [
    ...names.map((name): [string, string] => [name, name]),
    ...specifiers.map(({ local, exported }): [string, string] => [text(local), text(exported)]),
  ];
}

function text(name: Identifier | Literal): string {
  return name.type === 'Identifier' ? name.name : String(name.value);
}

function localName(declaration: ExportDefaultDeclaration['declaration']): string | undefined {
  switch (declaration.type) {
    case 'Identifier':
      return declaration.name;
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return declaration.id?.name;
    default:
      return undefined;
  }
}

/** A module is evaluated once, so the place of a function in a literal is the function. */
function addFunctions(node: AnyNode, path: string[], found: Map<number, string[]>): void {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'FunctionExpression':
    case 'ClassExpression':
    case 'ArrowFunctionExpression':
      found.set(node.start, path);
      break;
    case 'ObjectExpression':
      addMembers(node, path, found);
  }
}

function addMembers(node: ObjectExpression, path: string[], found: Map<number, string[]>): void {
  for (const member of node.properties) {
    if (member.type !== 'Property' || member.computed || member.kind !== 'init') continue;
    if (member.key.type !== 'Identifier' && member.key.type !== 'Literal') continue;
    const there = [...path, text(member.key)];
    if (member.method) found.set(member.start, there);
    else addFunctions(member.value, there, found);
  }
}

function* boundNames(pattern: Pattern): Generator<string> {
  switch (pattern.type) {
    case 'Identifier':
      yield pattern.name;
      break;
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        yield* boundNames(property.type === 'Property' ? property.value : property.argument);
      }
      break;
    case 'ArrayPattern':
      for (const element of pattern.elements) if (element) yield* boundNames(element);
      break;
    case 'AssignmentPattern':
      yield* boundNames(pattern.left);
      break;
    case 'RestElement':
      yield* boundNames(pattern.argument);
  }
}
