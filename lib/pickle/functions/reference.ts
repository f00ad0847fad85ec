import { builtinReference } from './builtin-reference.js';
import { cannotTravel } from './cannot-travel.js';
import { anyCommonjsReference, commonjsReference } from './commonjs-reference.js';
import type { FunctionReference } from './descriptor.js';
import type { Inspection } from './inspect.js';
import { moduleReference } from './module-reference.js';
import { isImportable } from './travel-mode.js';

/**
 * The reference to a function, where the other side surely finds what this side found. Within an
 * exported object a function may have been put by a call that happened on this side only, as in a
 * registry; so there the function must stand at the top level of its file.
 */
export function referenceTo(
  fn: object,
  inspection: Inspection | undefined,
): FunctionReference | undefined {
  // Without the inspector nobody knows where it comes from: it may be anybody's.
  if (inspection === undefined) return builtinReference(fn) ?? anyCommonjsReference(fn);
  const { script, place } = inspection;
  return referenceIn(fn, inspection, !place || script!.isTopLevel(place));
}

/** The reference to a function that nothing else can be done about. */
export function anyReference(
  fn: object,
  inspection: Inspection | undefined,
): FunctionReference | undefined {
  // Made in one file, it may still be exported by another.
  return inspection && (referenceIn(fn, inspection, true) ?? anyCommonjsReference(fn));
}

function referenceIn(
  fn: object,
  inspection: Inspection,
  isDeep: boolean,
): FunctionReference | undefined {
  const { url = '', file } = inspection.script ?? {};
  if (url.startsWith('node:')) return nodesReference(fn, url);
  if (file === undefined || !isImportable(file)) return undefined;
  return moduleReference(fn, inspection, isDeep) ?? commonjsReference(fn, file, isDeep);
}

export const WRAP = 'send a function that calls it';

function nodesReference(fn: object, url: string): FunctionReference {
  const reference = builtinReference(fn) ?? anyCommonjsReference(fn);
  if (reference) return reference;
  throw cannotTravel(fn, `it belongs to Node itself (${url}), which does not export it`, WRAP);
}
