import { types } from 'node:util';
import { builtinReference } from './builtin-reference.js';
import { cannotTravel, ownName } from './cannot-travel.js';
import { anyCommonjsReference, commonjsReference } from './commonjs-reference.js';
import { describeSource } from './describe-source.js';
import {
  type Callable,
  descriptors,
  type FunctionDescriptor,
  type FunctionReference,
} from './descriptor.js';
import { fileOf, isEntry } from './entry.js';
import { type Inspection, inspect } from './inspect.js';
import { moduleReference } from './module-reference.js';

/**
 * Describes a function (or class) for the other side: by reference where a module other than the
 * program's entry exports it, or where it is a function of Node or of the language; else by value.
 * Does not block on anything but itself: some 0.1 ms for a new function, nothing for one known;
 * the first in a thread loads the parser, and the first of a new script asks the debugger.
 *
 * @throws PicklingError if it can travel neither way; the message names what stands in the way
 */
export function describeFunction(fn: Callable): FunctionDescriptor {
  let descriptor = descriptors.get(fn);
  if (descriptor === undefined) {
    descriptor = describe(fn);
    descriptors.set(fn, descriptor);
  }
  return descriptor;
}

const EXPORT = 'export it from a module';

function describe(fn: Callable): FunctionDescriptor {
  if (types.isProxy(fn)) {
    const reference = anyCommonjsReference(fn);
    if (reference) return reference;
    throw cannotTravel(fn, 'it is a Proxy', 'send its target');
  }
  const text = Function.prototype.toString.call(fn);
  if (/\{\s*\[native code\]\s*\}$/.test(text)) return describeNative(fn);
  const inspection = inspect(fn, text);
  const reference = referenceTo(fn, inspection);
  if (reference && isLasting(reference, inspection)) return reference;
  try {
    return describeSource(fn, text, inspection);
  } catch (error) {
    // Made in one file, it may still be exported by another.
    const elsewhere = reference ?? (inspection && anyCommonjsReference(fn));
    if (elsewhere) return elsewhere;
    throw error;
  }
}

/**
 * Whether the other side surely finds what this side found. Within an exported object it may have
 * been put by a call that happened on this side only, as in a registry.
 */
function isLasting(
  { format, path }: FunctionReference,
  inspection: Inspection | undefined,
): boolean {
  if (format === 'builtin' || format === 'global' || path.length <= 1) return true;
  const { script, place } = inspection ?? {};
  return !place || script!.syntax.isTopLevel(place.offset);
}

function referenceTo(
  fn: object,
  inspection: Inspection | undefined,
): FunctionReference | undefined {
  // Without the inspector nobody knows where it comes from: it may be anybody's.
  if (inspection === undefined) return builtinReference(fn) ?? anyCommonjsReference(fn);
  const url = inspection.script?.url ?? '';
  if (url.startsWith('node:')) return nodesReference(fn, url);
  const file = fileOf(url);
  if (file === undefined || isEntry(file)) return undefined;
  return moduleReference(fn, inspection) ?? commonjsReference(fn, file);
}

function nodesReference(fn: object, url: string): FunctionReference {
  const reference = builtinReference(fn) ?? anyCommonjsReference(fn);
  if (reference) return reference;
  throw cannotTravel(fn, `it belongs to Node itself (${url}), which does not export it`, WRAP);
}

const WRAP = 'send a function that calls it';

function describeNative(fn: object): FunctionReference {
  const reference = builtinReference(fn) ?? anyCommonjsReference(fn);
  if (reference) return reference;
  if (ownName(fn).startsWith('bound ')) {
    const hint = `send the function and pass the bound values as arguments, or ${EXPORT}`;
    throw cannotTravel(fn, 'it is a bound function', hint);
  }
  throw cannotTravel(fn, 'it is a native function that no module exports', WRAP);
}
