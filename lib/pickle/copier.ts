import type { Sendable } from '../_native/index.js';
import { copyError } from './copy-error.js';
import { copyFunction } from './copy-function.js';
import { copyHandle } from './copy-handle.js';
import { copyInstance } from './copy-instance.js';
import { copyReduced } from './copy-reduced.js';
import { copyTransfer } from './copy-transfer.js';
import { Fills } from './fills.js';
import { FillKind, type Marker, type MarkRecord, markerOf } from './format.js';
import type { Callable } from './functions/index.js';
import type { Memories } from './memories.js';
import { Path, type Step } from './path.js';
import { planOf } from './plan.js';
import { ownerOfMemory } from './registry.js';
import { isSimple } from './simple.js';
import { textOfSymbol } from './symbols.js';

export type Fields = Record<string, unknown>;

/**
 * Makes of a value one that structured clone can take: a copy of its containers, in which instances
 * are plain objects, and what cannot be cloned is a mark. What is lost in that is in the fills.
 */
export class Copier {
  readonly fills = new Fills();
  readonly marks: MarkRecord[] = [];
  /** The texts of functions' code. */
  readonly codes: string[] = [];
  /** What the reducers' callables get, `[callable, …arguments]`, inner ones first. */
  readonly sections: { values: unknown[]; where: string }[] = [];
  /** The ArrayBuffers; made when there is one, as most messages have none. */
  memories: Memories | undefined;
  /** Buffers that are given away. */
  moved: Set<ArrayBuffer> | undefined;
  /** Whether what is being copied is given away. */
  isMoving = false;
  readonly path = new Path();
  readonly #copies = new Map<object, unknown>();

  /**
   * @param natives where the natives of handles are left; undefined: handles are refused
   * @param isShared whether the receiver may be another process
   * @param overConnection whether the way is a connection, by which few natives can go
   * @param unsendable classes of errors that were found unable to travel
   */
  constructor(
    readonly natives: Sendable[] | undefined,
    readonly isShared: boolean,
    readonly overConnection: boolean,
    readonly unsendable: ReadonlySet<Callable>,
  ) {}

  /** The copy of anything but a symbol: those only containers can have. */
  copy(item: unknown): unknown {
    if (typeof item === 'function') return this.#copies.get(item) ?? copyFunction(this, item);
    if (typeof item !== 'object' || item === null) return item;
    return this.#copies.get(item) ?? this.#copyObject(item);
  }

  /** The value itself, into an array of its own: only containers can have symbols. */
  copyRoot(value: unknown): unknown[] {
    const root: unknown[] = [];
    if (typeof value === 'symbol') this.fills.add(FillKind.symbol, root, 0, this.textOf(value));
    else root.push(this.copy(value));
    return root;
  }

  copyAt(step: Step, item: unknown): unknown {
    if (isSimple(item)) return item;
    this.path.enter(step);
    const copy = this.copy(item);
    this.path.leave();
    return copy;
  }

  /** Puts the copy of an item into a container. */
  putAt(step: Step, container: object, key: string | number, item: unknown): void {
    let copy: unknown;
    if (typeof item === 'symbol') {
      this.path.enter(step);
      this.fills.add(FillKind.symbol, container, key, this.textOf(item));
      this.path.leave();
    } else {
      copy = this.copyAt(step, item);
    }
    if (key === '__proto__') {
      const own = { value: copy, writable: true, enumerable: true, configurable: true };
      Object.defineProperty(container, key, own);
    } else {
      (container as Fields)[key] = copy;
    }
  }

  /** To be called before what is in an object is copied: that may lead to it again. */
  remember<T>(original: object, copy: T): T {
    this.#copies.set(original, copy);
    return copy;
  }

  /** To be called for a buffer that the sender gives away. */
  give(buffer: ArrayBuffer): void {
    if (ownerOfMemory(buffer)) return;
    this.moved ??= new Set();
    this.moved.add(buffer);
  }

  mark(record: MarkRecord): Marker {
    return markerOf(this.marks.push(record) - 1);
  }

  textOf(symbol: symbol): string {
    const text = textOfSymbol(symbol);
    if (text === undefined) throw this.path.refuse(`the unique symbol ${String(symbol)}`);
    return text;
  }

  copyFields(object: object, copy: object, keys: readonly string[]): void {
    for (const key of keys) {
      const item = (object as Fields)[key];
      if (key === '__proto__' || typeof item === 'symbol') this.putAt(key, copy, key, item);
      else if (isSimple(item)) (copy as Fields)[key] = item;
      else {
        // As putAt, in fewer calls: how deep a value may be depends on them.
        this.path.enter(key);
        (copy as Fields)[key] = this.copy(item);
        this.path.leave();
      }
    }
  }

  copyArray(array: readonly unknown[]): unknown[] {
    const copy: unknown[] = this.remember(array, []);
    for (let i = 0; i < array.length; i++) {
      const item = array[i];
      if (item === undefined && !(i in array)) {
        this.#copyHoley(array, copy, i);
        break;
      }
      // V8 clones an array that was made by pushing much faster than one with a length from the start.
      if (typeof item === 'symbol') this.putAt(i, copy, i, item);
      else if (isSimple(item)) copy.push(item);
      else {
        this.path.enter(i);
        copy.push(this.copy(item));
        this.path.leave();
      }
    }
    return copy;
  }

  /** The rest of an array, from its first hole on. */
  #copyHoley(array: readonly unknown[], copy: unknown[], from: number): void {
    copy.length = array.length;
    for (const key of Object.keys(array)) {
      const i = Number(key);
      // Keys that are no indices come last.
      if (!(i < array.length)) break;
      if (i >= from) this.putAt(i, copy, i, array[i]);
    }
  }

  #copyObject(object: object): unknown {
    const prototype: object | null = Object.getPrototypeOf(object);
    if (prototype === Array.prototype && Array.isArray(object)) return this.copyArray(object);
    if (prototype === Object.prototype || prototype === null) {
      const copy = this.remember(object, {});
      this.copyFields(object, copy, Object.keys(object));
      if (prototype === null) this.fills.add(FillKind.classes, copy, null);
      return copy;
    }
    const plan = planOf(object, prototype);
    switch (plan.how) {
      case 'copy':
        if (plan.builtin?.kind === 'error') return copyError(this, object as Error, plan);
        return copyInstance(this, object, plan);
      case 'reduce':
        return copyReduced(this, object, plan.reduce);
      case 'handle':
        return copyHandle(this, object, plan.traveller);
      case 'transfer':
        return copyTransfer(this, object as Parameters<typeof copyTransfer>[1]);
      default:
        throw this.path.refuse(plan.why);
    }
  }
}
