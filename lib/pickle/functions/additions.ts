import { types } from 'node:util';
import { cannotTravel } from './cannot-travel.js';
import { describeKey } from './code.js';
import type { Property } from './descriptor.js';
import { EXPORT } from './problems.js';

/** What was put into a function (or class) beside its source. */
export interface Additions {
  properties: Property[];
  values: unknown[];
}

const NONE: Additions = { properties: [], values: [] };

/**
 * The properties that a function and its `prototype` have been given, and the static fields of a
 * class.
 *
 * @param kept static fields that come with the text
 * @throws PicklingError if one is no plain property
 */
export function readAdditions(fn: object, isClass: boolean, kept: ReadonlySet<string>): Additions {
  const prototype = prototypeOf(fn);
  if (prototype !== undefined && !isClass) checkHeritage(fn, prototype);
  if (!hasAdditions(fn)) return NONE;
  const additions: Additions = { properties: [], values: [] };
  for (const key of enumerableKeys(fn)) {
    if (!kept.has(key as string)) add(fn, key, {});
  }
  for (const key of prototype ? enumerableKeys(prototype) : []) {
    add(prototype!, key, { of: 'prototype' });
  }
  return additions;

  function add(owner: object, key: string | symbol, of: Pick<Property, 'of'>): void {
    const property = describeKey(key);
    const descriptor = Object.getOwnPropertyDescriptor(owner, key)!;
    if (property === undefined || !('value' in descriptor)) {
      const what = property === undefined ? 'a symbol of its own as' : 'the accessor';
      throw cannotTravel(fn, `it was given ${what} \`${String(key)}\``, EXPORT);
    }
    additions.properties.push({ ...of, ...property });
    additions.values.push(descriptor.value);
  }
}

/** Whether there may be any. Quick, since it is asked each time. */
export function hasAdditions(fn: object): boolean {
  if (hasEnumerable(fn)) return true;
  const prototype = prototypeOf(fn);
  return prototype !== undefined && hasEnumerable(prototype);
}

function hasEnumerable(owner: object): boolean {
  if (Object.keys(owner).length > 0) return true;
  return Object.getOwnPropertySymbols(owner).some((key) => isEnumerable(owner, key));
}

function enumerableKeys(owner: object): (string | symbol)[] {
  return Reflect.ownKeys(owner).filter((key) => isEnumerable(owner, key));
}

function isEnumerable(owner: object, key: string | symbol): boolean {
  return Object.prototype.propertyIsEnumerable.call(owner, key);
}

function prototypeOf(fn: object): object | undefined {
  const prototype: unknown = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value;
  return typeof prototype === 'object' && prototype !== null ? prototype : undefined;
}

/** Constructors of the old kind inherit by what was done to them afterwards. */
function checkHeritage(fn: object, prototype: object): void {
  if (types.isGeneratorFunction(fn)) return;
  const isOwn = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value === fn;
  if (isOwn && Object.getPrototypeOf(prototype) === Object.prototype) return;
  throw cannotTravel(fn, 'its prototype was replaced', `write it as a class, or ${EXPORT}`);
}
