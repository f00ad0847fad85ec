import type { FunctionReference } from './descriptor.js';
import { findPath } from './find-path.js';
import { type Inspection, valueIn } from './inspect.js';

/**
 * The reference to a function that an ES module exports, itself or, if `isDeep`, within an object or
 * class.
 */
export function moduleReference(
  fn: object,
  { script, place, scopes }: Inspection,
  isDeep: boolean,
): FunctionReference | undefined {
  if (!script?.isModule || !script.url.startsWith('file:')) return undefined;
  const path = pathOfVariable() ?? pathByPlace();
  return path && { kind: 'reference', format: 'module', url: script.url, path };

  function pathOfVariable(): string[] | undefined {
    const scope = scopes.find(({ kind }) => kind === 'Module');
    if (scope === undefined) return undefined;
    const values = script!.syntax.exports.variables.map(
      ([local, exported]) => [exported, valueIn(scope, local)] as const,
    );
    const itself = values.find(([, value]) => value === fn);
    if (itself !== undefined) return [itself[0]];
    if (!isDeep) return undefined;
    for (const [exported, value] of values) {
      const within = findPath(value, fn);
      if (within !== undefined) return [exported, ...within];
    }
    return undefined;
  }

  function pathByPlace(): string[] | undefined {
    return place && script!.syntax.exports.functions.get(place.offset);
  }
}
