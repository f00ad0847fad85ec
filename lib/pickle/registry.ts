import type { Sendable } from '../_native/index.js';
import { forgetPlans } from './plan-cache.js';

/**
 * How the instances of a class travel: a native object that both sides hold, and a plain value
 * beside it.
 */
export interface Traveller<T> {
  /** What identifies the class on the way, the same in every thread and process. */
  readonly name: string;
  give(instance: T): { native: Sendable; state?: unknown };
  take(native: Sendable, state: unknown): T;
  /** For memory: the ArrayBuffer over it, whose views travel as this memory does. */
  buffer?(instance: T): ArrayBuffer;
}

// biome-ignore lint/suspicious/noExplicitAny: the registry holds classes of all kinds
export type AnyTraveller = Traveller<any>;

const byClass = new Map<unknown, AnyTraveller>();
const byName = new Map<string, AnyTraveller>();
const owners = new WeakMap<ArrayBufferLike, object>();

/** Enters a class. Both sides must have loaded the module that does so. */
export function registerTraveller<T>(
  // biome-ignore lint/suspicious/noExplicitAny: a class with whatever constructor
  type: abstract new (...args: any[]) => T,
  traveller: Traveller<T>,
): void {
  byClass.set(type, traveller);
  byName.set(traveller.name, traveller);
  forgetPlans();
}

/** How the instances of a class travel, if it is registered. */
export function travellerOf(type: unknown): AnyTraveller | undefined {
  return byClass.get(type);
}

export function travellerNamed(name: string): AnyTraveller {
  const traveller = byName.get(name);
  if (!traveller) throw new TypeError(`no class of the name '${name}' is registered to travel`);
  return traveller;
}

/**
 * Tells that an ArrayBuffer is memory which `owner`, an instance of a registered class with
 * `buffer`, shares with others. Its views travel without their bytes, and keep the owner alive.
 */
export function registerMemory(buffer: ArrayBuffer, owner: object): void {
  owners.set(buffer, owner);
}

/** Who shares the memory of an ArrayBuffer with others. */
export function ownerOfMemory(buffer: ArrayBufferLike): object | undefined {
  return owners.get(buffer);
}
