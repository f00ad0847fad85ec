import type { Program, Statement } from 'acorn';

/** A statement, also one that only modules have. */
export type TopLevel = Program['body'][number];

/** What does something at its place, and no more than that: others are reported by their parts. */
export function isReported(node: Statement | TopLevel): boolean {
  switch (node.type) {
    case 'BlockStatement':
    case 'EmptyStatement':
    case 'FunctionDeclaration':
    // Reported each time that its test is computed.
    case 'WhileStatement':
      return false;
    case 'LabeledStatement':
      return node.body.type !== 'WhileStatement';
    case 'VariableDeclaration':
      return node.declarations.some(({ init }) => init);
    case 'ExpressionStatement':
      return node.directive === undefined;
    // Done before a module's first statement.
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
      return false;
    case 'ExportNamedDeclaration':
      return !!node.declaration && isReported(node.declaration);
    case 'ExportDefaultDeclaration':
      return node.declaration.type !== 'FunctionDeclaration';
    default:
      return true;
  }
}

/** Statements of a module that may throw and declare nothing but `var`s. */
export const MAY_FAIL = new Set<string>([
  'BlockStatement',
  'DoWhileStatement',
  'ExpressionStatement',
  'ForInStatement',
  'ForOfStatement',
  'ForStatement',
  'IfStatement',
  'LabeledStatement',
  'SwitchStatement',
  'ThrowStatement',
  'TryStatement',
  'WhileStatement',
]);
