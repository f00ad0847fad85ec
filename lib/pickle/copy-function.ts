import { identityOf } from './class-identity.js';
import type { Copier } from './copier.js';
import { PicklingError } from './errors.js';
import { FillKind, type Marker, MarkKind } from './format.js';
import {
  baseIndex,
  type Callable,
  type FunctionDescriptor,
  takeApart,
  valueName,
} from './function-parts.js';

const texts = new WeakMap<FunctionDescriptor, string>();

/** Copies a function: its code, and what it captured as part of the same value. */
export function copyFunction(copier: Copier, fn: Callable): Marker {
  const { code, values } = partsOf(copier, fn);
  const isClass = code.kind === 'value' && /^class\b/.test(Function.prototype.toString.call(fn));
  const identity = isClass ? identityOf(fn) : null;
  const record: [0, number, number, string | null] = [
    MarkKind.function,
    numberOfCode(copier, code),
    -1,
    identity,
  ];
  const marker = copier.remember(fn, copier.mark(record));
  if (values.length === 0) return marker;

  const what = `${isClass ? 'class' : 'function'} ${fn.name || '(anonymous)'}`;
  const copies: unknown[] = [];
  for (const [i, value] of values.entries()) {
    copier.putAt({ inside: `${what} → ${valueName(code, i)}` }, copies, i, value);
  }
  copier.fills.add(FillKind.captures, marker, copies);
  const base = baseIndex(code);
  if (base >= 0) record[2] = (copies[base] as Marker).index;
  return marker;
}

function partsOf({ path }: Copier, fn: Callable): ReturnType<typeof takeApart> {
  try {
    return takeApart(fn);
  } catch (error) {
    if (!(error instanceof PicklingError)) throw error;
    throw path.refuse(error.message, { cause: error });
  }
}

function numberOfCode({ codes }: Copier, code: FunctionDescriptor): number {
  let text = texts.get(code);
  if (text === undefined) {
    text = JSON.stringify(code);
    texts.set(code, text);
  }
  const known = codes.indexOf(text);
  return known >= 0 ? known : codes.push(text) - 1;
}
