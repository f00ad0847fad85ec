import type { Identifier } from 'acorn';
import type { analyze as EslintAnalyze } from 'eslint-scope';
import type { ParsedFunction } from './parse-function.js';
import { eslintScope } from './syntax.js';

/** The names that a function uses and does not declare. */
export interface FreeVariables {
  /** By name, where in the program each is used. */
  uses: Map<string, number[]>;
  /** The function's own name, where it calls or passes itself by it. */
  ownName: string | undefined;
}

/** What estraverse, which eslint-scope walks by, does not know of newer syntax. */
const NEWER_KEYS = { ImportExpression: ['source', 'options'] };

/** The free variables of a function, globals among them. */
export function freeVariables({ program, root }: ParsedFunction): FreeVariables {
  const manager = eslintScope().analyze(program as Parameters<typeof EslintAnalyze>[0], {
    ecmaVersion: 2025,
    sourceType: 'script',
    ignoreEval: true,
    childVisitorKeys: NEWER_KEYS,
    fallback: 'iteration',
  });
  const uses = new Map<string, number[]>();
  for (const { identifier } of manager.globalScope!.through) {
    const { name, start } = identifier as Identifier;
    const offsets = uses.get(name);
    if (offsets === undefined) uses.set(name, [start]);
    else offsets.push(start);
  }
  const own = manager.scopes
    .find(({ type, block }) => type === 'function-expression-name' && (block as unknown) === root)
    ?.variables.find(({ references }) => references.length > 0);
  return { uses, ownName: own?.name };
}
