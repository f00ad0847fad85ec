import type { Inspection } from './inspect.js';
import type { Place } from './locate.js';
import type { ParsedFunction } from './parse-function.js';

/** Whether a function's code is strict because of what stands around it. */
export function isStrict(
  fn: object,
  { root }: ParsedFunction,
  inspection: Inspection | undefined,
  place: Place | undefined,
): boolean {
  // V8 gives these to sloppy functions of the old kind only.
  if (Object.hasOwn(fn, 'caller')) return false;
  if (inspection?.script?.isModule || root.type === 'ClassExpression') return true;
  if (inspection?.script === undefined || place === undefined) {
    // Unknown. Code is strict as a rule, and a plain function would have shown that it is not.
    return true;
  }
  const { source, syntax } = inspection.script;
  return /\bclass\b|use strict/.test(source) && syntax.isStrictAt(place.offset);
}
