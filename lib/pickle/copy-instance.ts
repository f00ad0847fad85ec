import type { Copier } from './copier.js';
import { copyClass } from './copy-function.js';
import { coverMemory } from './copy-memory.js';
import { FillKind } from './format.js';
import type { Callable } from './functions/index.js';
import { type Step, stepToValueOf } from './path.js';
import type { Plan } from './plan.js';
import { isSimple } from './simple.js';

type CopyPlan = Extract<Plan, { how: 'copy' }>;

/** Copies an instance of a class: of the user's, of the language's, or of one that extends those. */
export function copyInstance(copier: Copier, object: object, plan: CopyPlan): unknown {
  const { builtin, classes, hasState } = plan;
  if (builtin === undefined) {
    const copy = copier.remember(object, {});
    copier.fills.add(FillKind.classes, copy, copyClass(copier, classes[0] as Callable));
    if (hasState) addState(copier, object, copy);
    else {
      copier.copyFields(object, copy, Object.keys(object));
      addSymbolFields(copier, object, copy);
    }
    return copy;
  }
  const copy = copyBuiltin(copier, object, plan);
  if (classes.length > 0) {
    copier.fills.add(FillKind.classes, copy, copyClass(copier, classes[0] as Callable));
    if (hasState) addState(copier, object, copy);
    else {
      const keys = Object.keys(object).filter((key) => !isIndex(key));
      const fields = {};
      copier.copyFields(object, fields, keys);
      if (keys.length > 0) copier.fills.add(FillKind.fields, copy, fields);
      addSymbolFields(copier, object, copy);
    }
  }
  return copy;
}

function copyBuiltin(copier: Copier, object: object, { builtin }: CopyPlan): object {
  switch (builtin?.kind) {
    case 'array':
      return copier.copyArray(object as unknown[]);
    case 'map':
      return copyMap(copier, object as Map<unknown, unknown>);
    case 'set':
      return copySet(copier, object as Set<unknown>);
    case 'view':
      coverMemory(copier, (object as ArrayBufferView).buffer, object as ArrayBufferView);
      break;
    case 'buffer':
      coverMemory(copier, object as ArrayBuffer);
  }
  // V8's serializer reads it itself, whatever its class.
  return copier.remember(object, object);
}

const KEY: Step = { text: ' (a key)' };
const ELEMENT: Step = { text: ' (an element)' };

function copyMap(copier: Copier, map: Map<unknown, unknown>): Map<unknown, unknown> {
  const copy = copier.remember(map, new Map<unknown, unknown>());
  let hasSymbols = false;
  for (const [key, item] of Map.prototype.entries.call(map)) {
    if (typeof key === 'symbol' || typeof item === 'symbol') hasSymbols = true;
  }
  const entries: unknown[] = [];
  for (const [key, item] of Map.prototype.entries.call(map)) {
    const step = isSimple(item) ? KEY : stepToValueOf(key);
    if (hasSymbols) {
      copier.putAt(KEY, entries, entries.length, key);
      copier.putAt(step, entries, entries.length, item);
    } else {
      copy.set(copier.copyAt(KEY, key), copier.copyAt(step, item));
    }
  }
  if (hasSymbols) copier.fills.add(FillKind.entries, copy, entries);
  return copy;
}

function copySet(copier: Copier, set: Set<unknown>): Set<unknown> {
  const copy = copier.remember(set, new Set<unknown>());
  const items = [...Set.prototype.values.call(set)];
  if (items.some((item) => typeof item === 'symbol')) {
    const entries: unknown[] = [];
    for (const item of items) copier.putAt(ELEMENT, entries, entries.length, item);
    copier.fills.add(FillKind.entries, copy, entries);
  } else {
    for (const item of items) copy.add(copier.copyAt(ELEMENT, item));
  }
  return copy;
}

/** What the class's own `__setstate__` gets, as Python does it. */
export function addState(copier: Copier, object: object, copy: unknown): void {
  const { __getstate__: getState } = object as { __getstate__?: () => unknown };
  const state = typeof getState === 'function' ? getState.call(object) : { ...object };
  if (state === undefined || state === null) return;
  const holder: unknown[] = [];
  copier.putAt({ text: ' (its state)' }, holder, 0, state);
  copier.fills.add(FillKind.state, copy, holder);
}

/** Fields whose names are symbols that the other side has, too. */
export function addSymbolFields(copier: Copier, object: object, copy: unknown): void {
  const symbols = Object.getOwnPropertySymbols(object);
  if (symbols.length === 0) return;
  const fields: unknown[] = [];
  for (const symbol of symbols) {
    if (!Object.prototype.propertyIsEnumerable.call(object, symbol)) continue;
    const step = { text: `[${String(symbol)}]` };
    copier.path.enter(step);
    fields.push(copier.textOf(symbol));
    copier.path.leave();
    copier.putAt(step, fields, fields.length, (object as Record<symbol, unknown>)[symbol]);
  }
  if (fields.length > 0) copier.fills.add(FillKind.symbolFields, copy, fields);
}

function isIndex(key: string): boolean {
  return /^(0|[1-9]\d*)$/.test(key);
}
