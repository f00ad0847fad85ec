import { createRequire } from 'node:module';
import type * as Acorn from 'acorn';
import type * as EslintScope from 'eslint-scope';

const require = createRequire(import.meta.url);

let parser: typeof Acorn | undefined;
let scopes: typeof EslintScope | undefined;

/** acorn, loaded when it is first needed: a thread that only rebuilds functions never does. */
export function acorn(): typeof Acorn {
  parser ??= require('acorn') as typeof Acorn;
  return parser;
}

/** eslint-scope, loaded when it is first needed. */
export function eslintScope(): typeof EslintScope {
  scopes ??= require('eslint-scope') as typeof EslintScope;
  return scopes;
}
