import { describe } from '../../_internal/index.js';
import { PicklingError } from '../errors.js';
import { Path, type Step, stepToValueOf } from '../path.js';
import { Deque } from './deque.js';
import {
  describeByteArray,
  describeDeque,
  describeInstance,
  describeOrderedDict,
} from './describe-instance.js';
import { FrozenSet } from './frozen-set.js';
import { integerBytes } from './integers.js';
import * as op from './opcodes.js';
import { OrderedDict } from './ordered-dict.js';
import { Output } from './output.js';
import { PyFloat } from './py-float.js';
import { PythonGlobal } from './python-global.js';
import { PythonObject } from './python-object.js';
import { Tuple } from './tuple.js';

/** Python's own limit is about the same, and what is deeper would overflow the stack. */
const DEEPEST = 1000;

const PROTOCOL = 4;

const BY_LENGTH = [op.EMPTY_TUPLE, op.TUPLE1, op.TUPLE2, op.TUPLE3] as const;

export type ReducerOverride = (instance: object) => PythonObject | PythonGlobal | undefined;

/** One writing of one value, in protocol 4. Frames are left out: nobody needs them who reads memory. */
export class Writer {
  readonly #out = new Output();
  readonly #override: ReducerOverride | undefined;
  /** The index in Python's memo of each object, and of each key by its text. */
  readonly #memo = new Map<unknown, number>();
  readonly #path = new Path();
  #depth = 0;

  constructor(override: ReducerOverride | undefined) {
    this.#override = override;
  }

  dump(value: unknown): Buffer {
    let isWhole = false;
    try {
      this.#out.byte(op.PROTO);
      this.#out.byte(PROTOCOL);
      this.#write(value);
      this.#out.byte(op.STOP);
      isWhole = true;
    } finally {
      if (!isWhole) this.#out.finish();
    }
    return this.#out.finish();
  }

  #write(value: unknown): void {
    if (!this.#primitive(value)) this.#object(value as object);
  }

  /** Writes a part of what the path leads to. */
  #part(step: Step, value: unknown): void {
    if (this.#primitive(value)) return;
    this.#path.enter(step);
    this.#object(value as object);
    this.#path.leave();
  }

  /** Whether it was one, and is written. */
  #primitive(value: unknown): boolean {
    switch (typeof value) {
      case 'number':
        this.#number(value);
        return true;
      case 'string':
        this.#out.text(value);
        return true;
      case 'boolean':
        this.#out.byte(value ? op.NEWTRUE : op.NEWFALSE);
        return true;
      case 'undefined':
        this.#out.byte(op.NONE);
        return true;
      case 'bigint':
        this.#long(value);
        return true;
      case 'object':
        if (value !== null) return false;
        this.#out.byte(op.NONE);
        return true;
      default:
        return false;
    }
  }

  #number(value: number): void {
    if ((value | 0) === value && (value !== 0 || 1 / value > 0)) this.#out.int(value);
    else if (Number.isSafeInteger(value) && value !== 0) this.#long(BigInt(value));
    else this.#out.float(value);
  }

  #long(value: bigint): void {
    if (value >= -0x8000_0000n && value <= 0x7fff_ffffn) {
      this.#out.int(Number(value));
      return;
    }
    const bytes = integerBytes(value);
    this.#out.sized(op.LONG1, op.LONG4, bytes.length);
    this.#out.raw(bytes);
  }

  #object(value: object): void {
    if (this.#recalled(value)) return;
    if (this.#depth === DEEPEST) throw this.#path.refuse(`nested more than ${DEEPEST} deep`);
    this.#depth++;
    switch (typeof value === 'object' ? Object.getPrototypeOf(value) : undefined) {
      case Array.prototype:
        this.#list(value as unknown[]);
        break;
      case Object.prototype:
      case null:
        this.#dict(value as Record<string, unknown>);
        break;
      case Tuple.prototype:
        this.#tuple(value as unknown[], value);
        break;
      case Buffer.prototype:
        this.#bytes(value as Buffer);
        break;
      case Map.prototype:
        this.#map(value as Map<unknown, unknown>);
        break;
      case Set.prototype:
        this.#set(value as Set<unknown>);
        break;
      default:
        this.#instance(value);
    }
    this.#depth--;
  }

  #instance(value: object): void {
    if (value instanceof PythonObject) this.#reduced(value, value);
    else if (value instanceof PythonGlobal) this.#global(value);
    else if (value instanceof PyFloat) this.#out.float(value.value);
    else if (typeof value !== 'object') {
      throw this.#path.refuse(`Python has nothing for ${describe(value)}`);
    } else this.#ofClass(value);
  }

  #ofClass(value: object): void {
    const described = this.#override?.(value);
    if (described instanceof PythonObject) this.#reduced(described, value);
    else if (described instanceof PythonGlobal) this.#global(described);
    else if (described !== undefined && described !== null) {
      const what = describe(described);
      throw this.#path.refuse(`reducerOverride must return a PythonObject, not ${what}`);
    } else if (value instanceof Deque) this.#reduced(describeDeque(value, value.maxlen), value);
    else if (value instanceof Tuple) this.#tuple(value, value);
    else if (Array.isArray(value)) this.#list(value);
    else if (value instanceof OrderedDict) this.#reduced(describeOrderedDict(value), value);
    else if (value instanceof Map) this.#map(value);
    else if (value instanceof FrozenSet) this.#frozenSet(value);
    else if (value instanceof Set) this.#set(value);
    else if (value instanceof Buffer) this.#bytes(value);
    else if (value instanceof Uint8Array) this.#reduced(describeByteArray(value), value);
    else this.#reduced(this.#describe(value), value);
  }

  #describe(value: object): PythonObject {
    try {
      return describeInstance(value);
    } catch (error) {
      if (error instanceof PicklingError) throw this.#path.refuse(error.message);
      throw error;
    }
  }

  // The memo

  #recalled(key: unknown): boolean {
    const index = this.#memo.get(key);
    if (index === undefined) return false;
    this.#out.sized(op.BINGET, op.LONG_BINGET, index);
    return true;
  }

  #remember(key: unknown): void {
    this.#memo.set(key, this.#memo.size);
    this.#out.byte(op.MEMOIZE);
  }

  // Collections

  #list(list: unknown[]): void {
    this.#out.byte(op.EMPTY_LIST);
    this.#remember(list);
    this.#appended(list);
  }

  #appended(list: readonly unknown[]): void {
    if (list.length === 0) return;
    this.#out.byte(op.MARK);
    for (let i = 0; i < list.length; i++) this.#part(i, list[i]);
    this.#out.byte(op.APPENDS);
  }

  /**
   * A tuple can only be remembered when it is made, so a cycle may have made it meanwhile.
   *
   * @param owner what has it: itself
   */
  #tuple(tuple: readonly unknown[], owner: object): void {
    const { length } = tuple;
    const code = BY_LENGTH[length];
    if (code === undefined) this.#out.byte(op.MARK);
    for (let i = 0; i < length; i++) this.#part(i, tuple[i]);
    if (length > 0 && this.#memo.has(owner)) {
      if (code === undefined) this.#out.byte(op.POP_MARK);
      else for (let i = 0; i < length; i++) this.#out.byte(op.POP);
      this.#recalled(owner);
      return;
    }
    this.#out.byte(code ?? op.TUPLE);
    if (length > 0) this.#remember(owner);
  }

  #dict(dict: Record<string, unknown>): void {
    this.#out.byte(op.EMPTY_DICT);
    this.#remember(dict);
    let isEmpty = true;
    for (const key in dict) {
      if (!Object.hasOwn(dict, key)) continue;
      if (isEmpty) this.#out.byte(op.MARK);
      isEmpty = false;
      if (!this.#recalled(key)) {
        this.#out.text(key);
        this.#remember(key);
      }
      this.#part(key, dict[key]);
    }
    if (!isEmpty) this.#out.byte(op.SETITEMS);
  }

  #map(map: Map<unknown, unknown>): void {
    this.#out.byte(op.EMPTY_DICT);
    this.#remember(map);
    this.#entered(map, map.size);
  }

  #entered(entries: Iterable<readonly [unknown, unknown]>, count: number): void {
    if (count === 0) return;
    this.#out.byte(op.MARK);
    for (const [key, value] of entries) {
      this.#hashed({ text: ' (a key)' }, key);
      this.#part(stepToValueOf(key), value);
    }
    this.#out.byte(op.SETITEMS);
  }

  #set(set: Set<unknown>): void {
    this.#out.byte(op.EMPTY_SET);
    this.#remember(set);
    if (set.size === 0) return;
    this.#out.byte(op.MARK);
    for (const item of set) this.#hashed({ text: ' (an item)' }, item);
    this.#out.byte(op.ADDITEMS);
  }

  #frozenSet(set: FrozenSet): void {
    this.#out.byte(op.MARK);
    for (const item of set) this.#hashed({ text: ' (an item)' }, item);
    if (this.#memo.has(set)) {
      this.#out.byte(op.POP_MARK);
      this.#recalled(set);
      return;
    }
    this.#out.byte(op.FROZENSET);
    this.#remember(set);
  }

  /** A key of a dict or an item of a set: Python refuses what can change. */
  #hashed(step: Step, value: unknown): void {
    const kind = typeof value === 'object' && value !== null && unhashable(value);
    if (kind) {
      this.#path.enter(step);
      throw this.#path.refuse(`unhashable type: '${kind}'`);
    }
    this.#part(step, value);
  }

  // Bytes and objects

  #bytes(bytes: Buffer): void {
    this.#out.sized8(op.SHORT_BINBYTES, op.BINBYTES, op.BINBYTES8, bytes.length);
    this.#out.raw(bytes);
    this.#remember(bytes);
  }

  #global(type: PythonGlobal): void {
    if (this.#recalled(type)) return;
    this.#out.text(type.module);
    this.#out.text(type.name);
    this.#out.byte(op.STACK_GLOBAL);
    this.#remember(type);
  }

  /** @param original what the description stands for */
  #reduced(described: PythonObject, original: object): void {
    const { type, args, kwargs, items, entries, state, isNew } = described;
    this.#global(type);
    this.#arguments(args);
    if (isNew && kwargs !== undefined) {
      this.#part({ text: ' (its keyword arguments)' }, kwargs);
      this.#out.byte(op.NEWOBJ_EX);
    } else this.#out.byte(isNew ? op.NEWOBJ : op.REDUCE);
    if (this.#memo.has(original)) {
      // A cycle through the arguments has made it.
      this.#out.byte(op.POP);
      this.#recalled(original);
      return;
    }
    this.#remember(original);
    if (items !== undefined) this.#appended(items);
    if (entries !== undefined) this.#entered(entries, entries.length);
    if (state === undefined) return;
    this.#part({ text: ' (its state)' }, state);
    this.#out.byte(op.BUILD);
  }

  #arguments(args: readonly unknown[]): void {
    const code = BY_LENGTH[args.length];
    if (code === undefined) this.#out.byte(op.MARK);
    for (let i = 0; i < args.length; i++) this.#part({ text: ` (argument ${i})` }, args[i]);
    this.#out.byte(code ?? op.TUPLE);
  }
}

/** Python's name of a type whose instances are no keys; undefined for any other. */
function unhashable(value: object): string | undefined {
  if (value instanceof Tuple || value instanceof FrozenSet || value instanceof Buffer)
    return undefined;
  if (Array.isArray(value)) return 'list';
  if (value instanceof Set) return 'set';
  if (value instanceof Uint8Array) return 'bytearray';
  const prototype = Object.getPrototypeOf(value);
  const isDict = value instanceof Map || prototype === Object.prototype || prototype === null;
  return isDict ? 'dict' : undefined;
}
