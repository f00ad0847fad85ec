import type { Sendable } from '../_native/index.js';

/**
 * How the instances of a class travel: a native object that both sides hold, and a plain value
 * beside it.
 */
export interface Traveller<T> {
  /** What identifies the class on the way, the same in every thread and process. */
  readonly name: string;
  give(instance: T): { native: Sendable; state?: unknown };
  take(native: Sendable, state: unknown): T;
}

// biome-ignore lint/suspicious/noExplicitAny: the registry holds classes of all kinds
type AnyTraveller = Traveller<any>;

const byClass = new Map<unknown, AnyTraveller>();
const byName = new Map<string, AnyTraveller>();

/** Enters a class. Both sides must have loaded the module that does so. */
export function registerTraveller<T>(
  // biome-ignore lint/suspicious/noExplicitAny: a class with whatever constructor
  type: abstract new (...args: any[]) => T,
  traveller: Traveller<T>,
): void {
  byClass.set(type, traveller);
  byName.set(traveller.name, traveller);
}

/** How this object travels, if its class is registered. */
export function travellerOf(instance: object): AnyTraveller | undefined {
  return byClass.get(instance.constructor);
}

export function travellerNamed(name: string): AnyTraveller {
  const traveller = byName.get(name);
  if (!traveller) throw new TypeError(`no class of the name '${name}' is registered to travel`);
  return traveller;
}
