import { types } from 'node:util';
import { hasAdditions } from './additions.js';
import { builtinReference } from './builtin-reference.js';
import { cannotTravel, ownName } from './cannot-travel.js';
import { anyCommonjsReference } from './commonjs-reference.js';
import {
  arrivals,
  type BoundFunction,
  type Callable,
  type FunctionDescriptor,
  type FunctionParts,
  references,
} from './descriptor.js';
import { type Inspection, inspect, inspectBound } from './inspect.js';
import { areLasting } from './lasting.js';
import { PASS_OR_EXPORT } from './problems.js';
import { anyReference, referenceTo, WRAP } from './reference.js';
import { type SourceParts, takeSource } from './take-source.js';
import { modeOf } from './travel-mode.js';

/** Functions whose parts never change, unless somebody gives them properties. */
const settled = new WeakMap<object, FunctionParts>();
/** Functions that were taken apart once. Most are never again, so the rest is left until then. */
const seen = new WeakSet<object>();
const NO_VALUES: readonly unknown[] = Object.freeze([]);

/** @see index.ts */
export function takeApart(fn: Callable): FunctionParts {
  const known = settled.get(fn);
  if (known !== undefined && !hasAdditions(fn)) return known;
  const arrived = arrivals.get(fn);
  if (arrived !== undefined) return arrived();
  const reference = references.get(fn);
  if (reference !== undefined) return { code: reference, values: NO_VALUES };
  return take(fn);
}

/** @see index.ts */
export function describeFunction(fn: Callable): FunctionDescriptor {
  const { code, values } = takeApart(fn);
  if (values.length === 0) return code;
  const names = code.kind === 'value' && code.variables?.map((name) => `\`${name}\``).join(', ');
  const what = names ? `it uses the variables ${names} of its surroundings` : 'it has values';
  throw cannotTravel(fn, what, PASS_OR_EXPORT);
}

function take(fn: Callable): FunctionParts {
  if (types.isProxy(fn)) {
    const reference = anyCommonjsReference(fn);
    if (reference) return refer(fn, reference);
    throw cannotTravel(fn, 'it is a Proxy', 'send its target');
  }
  const text = Function.prototype.toString.call(fn);
  if (/\{\s*\[native code\]\s*\}$/.test(text.slice(-40))) return takeNative(fn);
  const inspection = inspect(fn, text);
  const mode = modeOf(fn);
  const reference = mode === 'value' ? undefined : referenceTo(fn, inspection);
  if (reference) return refer(fn, reference);
  if (mode === 'reference') {
    const forced = anyReference(fn, inspection);
    if (forced) return refer(fn, forced);
    throw cannotTravel(fn, 'no module exports it', 'export it, or send it by value');
  }
  try {
    const parts = takeSource(fn, text, inspection);
    settle(fn, text, parts, inspection);
    return { code: parts.code, values: parts.values };
  } catch (error) {
    const elsewhere = mode === 'value' ? undefined : anyReference(fn, inspection);
    if (elsewhere) return refer(fn, elsewhere);
    throw error;
  }
}

function refer(fn: object, code: FunctionParts['code'] & { kind: 'reference' }): FunctionParts {
  references.set(fn, code);
  return { code, values: NO_VALUES };
}

/** Keeps the parts of a function that is used again, if they can be proved to stay as they are. */
function settle(
  fn: object,
  text: string,
  { code, values, captures }: SourceParts,
  inspection: Inspection | undefined,
): void {
  if (hasAdditions(fn)) return;
  const { assignable, isShared, isRebound } = captures;
  if (assignable.length > 0) {
    if (!seen.has(fn)) {
      seen.add(fn);
      return;
    }
    const { script, place } = inspection ?? {};
    if (isShared || isRebound || script === undefined || place === undefined) return;
    // Node 20 says `undefined` of a variable that has no value yet.
    if (values.includes(undefined)) return;
    if (!areLasting(script, place, text.length, assignable)) return;
  }
  settled.set(fn, { code, values });
}

/** One for each name. */
const boundCodes = new Map<string, BoundFunction>();

function takeNative(fn: object): FunctionParts {
  const reference = builtinReference(fn) ?? anyCommonjsReference(fn);
  if (reference) return refer(fn, reference);
  const binding = inspectBound(fn);
  const name = ownName(fn);
  if (binding !== undefined) {
    let code = boundCodes.get(name);
    if (code === undefined) {
      code = { kind: 'bound', name };
      if (boundCodes.size < 1000) boundCodes.set(name, code);
    }
    // What is bound stays so.
    const parts = { code, values: binding };
    if (!hasAdditions(fn)) settled.set(fn, parts);
    return parts;
  }
  if (name.startsWith('bound ')) {
    const hint = `send the function and pass the bound values as arguments, or ${PASS_OR_EXPORT}`;
    throw cannotTravel(fn, 'it is a bound function, and the inspector is denied', hint);
  }
  throw cannotTravel(fn, 'it is a native function that no module exports', WRAP);
}
