import { FILL_KINDS, type FillKind, type PackedFills } from './format.js';

type Kind = (typeof FillKind)[keyof typeof FillKind];
const CLASSES = 1 satisfies typeof FillKind.classes;

/** Something to be done to `target` when what refers to it has been read. */
interface Fill {
  readonly kind: Kind;
  readonly target: unknown;
  readonly rest: readonly unknown[];
}

/** The fills of a message, each in the first of its sections that refers to what is filled. */
export class Fills {
  #pending: Fill[] = [];

  add(kind: Kind, target: unknown, ...rest: unknown[]): void {
    this.#pending.push({ kind, target, rest });
  }

  get isEmpty(): boolean {
    return this.#pending.length === 0;
  }

  /** Takes all those that are left. */
  takeAll(): PackedFills | null {
    const taken = this.#pending;
    this.#pending = [];
    return packed(taken);
  }

  /** Takes those of all that can be reached from here. */
  takeReachable(root: unknown[]): PackedFills | null {
    if (!root.some(isObject)) return null;
    const byTarget = new Map<unknown, Fill[]>();
    for (const fill of this.#pending) {
      const others = byTarget.get(fill.target);
      if (others) others.push(fill);
      else byTarget.set(fill.target, [fill]);
    }
    const taken = new Set<Fill>();
    const seen = new Set<unknown>();
    const open: unknown[] = [root];
    for (let item = open.pop(); item !== undefined; item = open.pop()) {
      if (!isObject(item) || seen.has(item)) continue;
      seen.add(item);
      for (const fill of byTarget.get(item) ?? []) {
        taken.add(fill);
        open.push(...fill.rest);
      }
      if (item instanceof Map) open.push(...item.keys(), ...item.values());
      else if (item instanceof Set) open.push(...item);
      else if (!ArrayBuffer.isView(item)) open.push(...Object.values(item).filter(isObject));
    }
    const result = this.#pending.filter((fill) => taken.has(fill));
    this.#pending = this.#pending.filter((fill) => !taken.has(fill));
    return packed(result);
  }
}

function packed(fills: readonly Fill[]): PackedFills | null {
  if (fills.length === 0) return null;
  const lists: PackedFills = new Array(FILL_KINDS).fill(null);
  const byClass = new Map<unknown, unknown[]>();
  for (const { kind, target, rest } of fills) {
    lists[kind] ??= [];
    if (kind !== CLASSES) {
      lists[kind].push(target, ...rest);
      continue;
    }
    const [type] = rest;
    const instances = byClass.get(type);
    if (instances) instances.push(target);
    else {
      const first = [target];
      byClass.set(type, first);
      lists[kind].push(type, first);
    }
  }
  return lists;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
