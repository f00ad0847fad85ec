import { createRequire } from 'node:module';
import type { ClassExpression, ExpressionStatement } from 'acorn';
import type { Callable } from './functions/index.js';

const require = createRequire(import.meta.url);
const known = new WeakMap<Callable, boolean>();

/** Whether a class gives its instances private fields or methods, which nobody else can copy. */
export function hasPrivateMembers(type: Callable): boolean {
  let has = known.get(type);
  if (has === undefined) {
    const text = Function.prototype.toString.call(type);
    has = /^class\b/.test(text) && text.includes('#') && declaresPrivate(text);
    known.set(type, has);
  }
  return has;
}

function declaresPrivate(text: string): boolean {
  // Loaded where it is needed: most threads need no parser.
  const { parse } = require('acorn') as typeof import('acorn');
  try {
    const { body } = parse(`(${text})`, { ecmaVersion: 'latest', allowSuperOutsideMethod: true });
    const { expression } = body[0] as ExpressionStatement;
    return (expression as ClassExpression).body.body.some(
      (member) =>
        member.type !== 'StaticBlock' && !member.static && member.key.type === 'PrivateIdentifier',
    );
  } catch {
    // A syntax newer than the parser, or names of a class around this one.
    return /(^|[\s{};])(async\s+|get\s+|set\s+|\*\s*|accessor\s+)*#[\w$]+\s*[=;(]/.test(text);
  }
}
