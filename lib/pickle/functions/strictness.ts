import type { Inspection } from './inspect.js';

/** Whether a function's code is strict because of what stands around it. */
export function isStrict(
  fn: object,
  isClass: boolean,
  inspection: Inspection | undefined,
): boolean {
  // V8 gives these to sloppy functions of the old kind only.
  if (Object.hasOwn(fn, 'caller')) return false;
  const { script, place } = inspection ?? {};
  if (isClass || script?.isModule) return true;
  if (script === undefined || place === undefined) {
    // Unknown. Code is strict as a rule, and a plain function would have shown that it is not.
    return true;
  }
  return /\bclass\b|use strict/.test(script.source) && script.syntax.isStrictAt(place.offset);
}
