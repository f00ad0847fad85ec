import { types } from 'node:util';
import { hasAdditions } from './additions.js';
import { builtinReference } from './builtin-reference.js';
import { cannotTravel, ownName } from './cannot-travel.js';
import type { Captures } from './captures.js';
import { anyCommonjsReference } from './commonjs-reference.js';
import {
  arrivals,
  type BoundFunction,
  type Callable,
  type FunctionDescriptor,
  type FunctionParts,
} from './descriptor.js';
import { type Inspection, inspect, inspectBound } from './inspect.js';
import { keepParts, knownParts, NO_VALUES } from './known-parts.js';
import { areLasting } from './lasting.js';
import { PASS_OR_EXPORT } from './problems.js';
import { anyReference, referenceTo, WRAP } from './reference.js';
import { takeSource } from './take-source.js';
import { modeOf } from './travel-mode.js';

/** Functions that were taken apart once. Most are never again, so the rest is left until then. */
const seen = new WeakSet<object>();

/** @see index.ts */
export function takeApart(fn: Callable): FunctionParts {
  const known = knownParts(fn);
  if (known !== undefined && (known.code.kind === 'reference' || !hasAdditions(fn))) return known;
  return arrivals.get(fn)?.() ?? take(fn);
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
    const { code, values, captures } = takeSource(fn, text, inspection);
    const parts = { code, values };
    if (stays(fn, text, values, captures, inspection)) keepParts(fn, parts);
    return parts;
  } catch (error) {
    const elsewhere = mode === 'value' ? undefined : anyReference(fn, inspection);
    if (elsewhere) return refer(fn, elsewhere);
    throw error;
  }
}

function refer(fn: object, code: FunctionParts['code'] & { kind: 'reference' }): FunctionParts {
  return keepParts(fn, { code, values: NO_VALUES });
}

/** Whether the parts of a function that is used again can be proved to stay as they are. */
function stays(
  fn: object,
  text: string,
  values: readonly unknown[],
  { assignable, isShared, isRebound }: Captures,
  inspection: Inspection | undefined,
): boolean {
  if (hasAdditions(fn)) return false;
  if (assignable.length === 0) return true;
  if (!seen.has(fn)) {
    seen.add(fn);
    return false;
  }
  const { script, place } = inspection ?? {};
  if (isShared || isRebound || script === undefined || place === undefined) return false;
  // Node 20 says `undefined` of a variable that has no value yet.
  if (values.includes(undefined)) return false;
  return areLasting(script, place, text.length, assignable);
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
    if (hasAdditions(fn)) throw cannotTravel(fn, 'it is bound and was given properties', WRAP);
    // What is bound stays so.
    return keepParts(fn, { code, values: binding });
  }
  if (name.startsWith('bound ')) {
    const hint =
      'allow the inspector (--allow-inspector), or send the function and pass the bound values ' +
      'as arguments';
    throw cannotTravel(fn, 'it is a bound function, and the inspector is denied', hint);
  }
  throw cannotTravel(fn, 'it is a native function that no module exports', WRAP);
}
