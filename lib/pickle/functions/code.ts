import type { FunctionDescriptor, Property } from './descriptor.js';

/** How error messages name the value of an index: `config`, `its property retries`. */
export function valueName(code: FunctionDescriptor, index: number): string {
  switch (code.kind) {
    case 'reference':
      return `value ${index}`;
    case 'bound':
      return ['target', 'this'][index] ?? `argument ${index - 2}`;
    case 'value': {
      const variables = code.variables ?? [];
      if (index < variables.length) return variables[index]!;
      if (index === baseIndex(code)) return 'the class that it extends';
      const property = code.properties?.[index - variables.length - (code.hasBase ? 1 : 0)];
      return property ? propertyName(property) : `value ${index}`;
    }
  }
}

function propertyName({ of, key, symbol }: Property): string {
  const name = { registered: `Symbol.for(${key})`, wellKnown: `Symbol.${key}`, none: key };
  return `its ${of === 'prototype' ? 'prototype' : ''} property ${name[symbol ?? 'none']}`.replace(
    /\s+/g,
    ' ',
  );
}

/**
 * The index of the class that a class extends among its values; -1 where that is none of them. It
 * has to be there when the class is made.
 */
export function baseIndex(code: FunctionDescriptor): number {
  return code.kind === 'value' && code.hasBase ? (code.variables?.length ?? 0) : -1;
}

/** The key that a property of such a description has. */
export function keyOf({ key, symbol }: Property): string | symbol {
  if (symbol === 'registered') return Symbol.for(key);
  if (symbol === 'wellKnown') return (Symbol as unknown as Record<string, symbol>)[key]!;
  return key;
}

/** Describes a key; undefined for a symbol that is nowhere else. */
export function describeKey(key: string | symbol): Property | undefined {
  if (typeof key === 'string') return { key };
  const registered = Symbol.keyFor(key);
  if (registered !== undefined) return { key: registered, symbol: 'registered' };
  const name = key.description?.replace(/^Symbol\./, '') ?? '';
  const isKnown = (Symbol as unknown as Record<string, unknown>)[name] === key;
  return isKnown ? { key: name, symbol: 'wellKnown' } : undefined;
}

/** A value of an owner's property that such a description names. */
export function propertyValue(fn: object, property: Property): unknown {
  const owner = property.of === 'prototype' ? (fn as { prototype: object }).prototype : fn;
  return (owner as Record<string | symbol, unknown>)[keyOf(property)];
}
