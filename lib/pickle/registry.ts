import { fileURLToPath } from 'node:url';
import { builtFile, require, type Sendable } from '../_native/index.js';
import { forgetPlans } from './plan-cache.js';

/**
 * How the instances of a class travel: a native object that both sides hold, and a plain value
 * beside it; or other values that travel, with a native object or without.
 */
export interface Traveller<T> {
  /** The class's name. */
  readonly name: string;
  /** heddle's module that enters the class; left out where every thread has loaded it. */
  readonly module?: string;
  /** Whether it is also how instances of subclasses travel. */
  readonly inherits?: boolean;
  /** Whether it can also be sent over a connection, to a process that is not of the program's. */
  readonly overConnections?: boolean;
  /** Why this instance cannot travel, if it cannot. */
  refuse?(instance: T): string | undefined;
  give?(instance: T): { native: Sendable; state?: unknown };
  take(native: Sendable, state: unknown, parts: readonly unknown[]): T;
  /** What it is made of beside the native object. `take` gets the same as the other side has it. */
  parts?(instance: T): readonly unknown[];
  /** For memory: the ArrayBuffer over it, whose views travel as this memory does. */
  buffer?(instance: T): ArrayBuffer;
}

// biome-ignore lint/suspicious/noExplicitAny: the registry holds classes of all kinds
export type AnyTraveller = Traveller<any>;

const byClass = new Map<unknown, AnyTraveller>();
const byName = new Map<string, AnyTraveller>();
const owners = new WeakMap<ArrayBufferLike, object>();

/** What identifies a class on the way, the same in every thread and process. */
export function idOf({ module, name }: AnyTraveller): string {
  return module === undefined ? name : `${module}#${name}`;
}

/** Enters a class. */
export function registerTraveller<T>(
  // biome-ignore lint/suspicious/noExplicitAny: a class with whatever constructor
  type: abstract new (...args: any[]) => T,
  traveller: Traveller<T>,
): void {
  byClass.set(type, traveller);
  byName.set(idOf(traveller), traveller);
  forgetPlans();
}

/** How the instances of a class travel, if it is registered, or a class that it extends is for it. */
export function travellerOf(type: object): AnyTraveller | undefined {
  const own = byClass.get(type);
  if (own) return own;
  for (let base = Object.getPrototypeOf(type); base; base = Object.getPrototypeOf(base)) {
    const inherited = byClass.get(base);
    if (inherited?.inherits) return inherited;
  }
  return undefined;
}

/** The class of that id, whose module is loaded if it has not been yet. */
export function travellerNamed(id: string): AnyTraveller {
  const [module, name] = id.split('#');
  if (!byName.has(id) && name !== undefined) {
    require(fileURLToPath(builtFile(`${module}/index.js`)));
  }
  const traveller = byName.get(id);
  if (!traveller) throw new TypeError(`no class of the name '${id}' is registered to travel`);
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
