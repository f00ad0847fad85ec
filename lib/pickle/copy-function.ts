import { identityOf } from './class-identity.js';
import type { Copier } from './copier.js';
import { PicklingError } from './errors.js';
import { FillKind, type Marker, MarkKind, type MarkRecord } from './format.js';
import {
  baseIndex,
  type Callable,
  type FunctionDescriptor,
  takeApart,
  valueName,
} from './functions/index.js';

const texts = new WeakMap<FunctionDescriptor, string>();

/** Copies a function: its code, and what it captured as part of the same value. */
export function copyFunction(copier: Copier, fn: Callable): Marker {
  const { code, values } = partsOf(copier, fn);
  const isClass = code.kind === 'value' && /^class\b/.test(Function.prototype.toString.call(fn));
  const identity = isClass ? identityOf(fn) : null;
  const record: Extract<MarkRecord, [0, ...unknown[]]> = [
    MarkKind.function,
    numberOfCode(copier, code),
    -1,
    identity,
    values.length,
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

/** Copies the class of an instance, which may be a function: the other side has it only once. */
export function copyClass(copier: Copier, type: Callable): Marker {
  const marker = copier.copy(type) as Marker;
  const record = copier.marks[marker.index] as Extract<MarkRecord, [0, ...unknown[]]>;
  if (takeApart(type).code.kind !== 'reference') record[3] ??= identityOf(type);
  return marker;
}
