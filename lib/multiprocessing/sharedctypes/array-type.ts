import { inspect } from 'node:util';
import { checkInteger, wrongType } from '../../_internal/index.js';
import { IndexError, ValueError } from '../../errors.js';
import { registerTraveller } from '../../pickle/index.js';
import { CArray } from './c-array.js';
import { type CType, part } from './c-type.js';
import { CharArray, toBytes } from './char-array.js';
import type { TypeCode } from './scalars.js';
import { ctype, type Typed, typeOf } from './type-of.js';
import { toPoints, WideCharArray } from './wide-char-array.js';

/** The classes of arrays, by the type codes of their elements. */
export interface Arrays {
  c: CharArray;
  u: WideCharArray;
  b: Int8Array<ArrayBuffer>;
  B: Uint8Array<ArrayBuffer>;
  h: Int16Array<ArrayBuffer>;
  H: Uint16Array<ArrayBuffer>;
  i: Int32Array<ArrayBuffer>;
  I: Uint32Array<ArrayBuffer>;
  l: BigInt64Array<ArrayBuffer>;
  L: BigUint64Array<ArrayBuffer>;
  q: BigInt64Array<ArrayBuffer>;
  Q: BigUint64Array<ArrayBuffer>;
  f: Float32Array<ArrayBuffer>;
  d: Float64Array<ArrayBuffer>;
  '?': CArray<boolean>;
}

type TypedArray = Arrays[Exclude<TypeCode, '?'>];
type ViewClass = new (buffer: ArrayBuffer, offset: number, length: number) => TypedArray;

const CLASSES: ReadonlyMap<unknown, ViewClass> = new Map<unknown, ViewClass>([
  ['c', CharArray],
  ['u', WideCharArray],
  ['b', Int8Array],
  ['B', Uint8Array],
  ['h', Int16Array],
  ['H', Uint16Array],
  ['i', Int32Array],
  ['I', Uint32Array],
  ['l', BigInt64Array],
  ['L', BigUint64Array],
  ['q', BigInt64Array],
  ['Q', BigUint64Array],
  ['f', Float32Array],
  ['d', Float64Array],
]);

/** The object that an array of that type is. */
export type ArrayOf<T> = T extends TypeCode
  ? Arrays[T]
  : CArray<T extends ArrayType<infer E> ? ArrayOf<E> : T extends new () => infer S ? S : unknown>;

/** The type of arrays of a length: see `arrayOf`. */
export class ArrayType<E = unknown> implements CType, Typed {
  readonly name: string;
  readonly size: number;
  readonly alignment: number;
  readonly #element: CType;

  /** @throws TypeError, ValueError */
  constructor(
    readonly elementType: E,
    readonly length: number,
  ) {
    checkInteger('length', length);
    if (length < 0) throw new ValueError(`Array length must be >= 0, not ${length}`);
    this.#element = typeOf(elementType);
    this.name = `${this.#element.name}_Array_${length}`;
    this.size = this.#element.size * length;
    this.alignment = this.#element.alignment;
  }

  get [ctype](): CType {
    return this;
  }

  /** The array whose memory begins there. */
  over(view: DataView, offset: number): ArrayOf<E> {
    const { elementType, length, size } = this;
    const at = view.byteOffset + offset;
    const type = CLASSES.get(elementType);
    // In a packed structure it may lie where no typed array can.
    const made =
      type && at % this.#element.size === 0
        ? new type(view.buffer as ArrayBuffer, at, length)
        : new CArray(elementType, length, part(view, offset, size));
    return made as ArrayOf<E>;
  }

  /** As a field: what is text is a copy, the rest the array itself. */
  read(view: DataView, offset: number): unknown {
    if (this.elementType === 'c') {
      return new CharArray(view.buffer as ArrayBuffer, view.byteOffset + offset, this.length).value;
    }
    const array = this.over(view, offset) as unknown;
    return array instanceof WideCharArray ? array.value : array;
  }

  write(view: DataView, offset: number, value: unknown): void {
    if (this.elementType === 'c' && !Array.isArray(value)) {
      this.#writeText(view, offset, toBytes(value), 'bytes');
      return;
    }
    if (this.elementType === 'u') {
      this.#writeText(view, offset, toPoints(value), 'string');
      return;
    }
    if (typeof (value as Iterable<unknown> | null)?.[Symbol.iterator] !== 'function') {
      throw wrongType('value', `an array for ${this.name}`, value);
    }
    const values = [...(value as Iterable<unknown>)];
    if (values.length > this.length) throw new IndexError('invalid index');
    values.forEach((item, i) => {
      this.#element.write(view, offset + i * this.#element.size, item);
    });
  }

  #writeText(view: DataView, offset: number, units: Uint8Array | number[], what: string): void {
    const { length } = this;
    if (units.length > length) {
      throw new ValueError(`${what} too long (${units.length}, maximum length ${length})`);
    }
    const { size } = this.#element;
    const put = (i: number, unit: number) => {
      const value = what === 'bytes' ? unit : String.fromCodePoint(unit);
      this.#element.write(view, offset + i * size, value);
    };
    units.forEach((unit: number, i: number) => {
      put(i, unit);
    });
    if (units.length < length) put(units.length, 0);
  }

  [inspect.custom](): string {
    return this.name;
  }

  static {
    registerTraveller(ArrayType, {
      name: 'ArrayType',
      module: 'multiprocessing/sharedctypes',
      parts: ({ elementType, length }) => [elementType, length],
      take: (_native, _state, [type, length]) => new ArrayType(type, length as number),
    });
  }
}

/**
 * The type of arrays of `length` elements, for fields of structures and for arrays of arrays: what
 * ctypes writes as `type * length`.
 *
 * @param type a type code, a class of structures or an array type
 * @throws TypeError for another type; ValueError for a length less than 0
 * @see https://docs.python.org/3.13/library/ctypes.html#arrays
 */
export function arrayOf<const E>(type: E, length: number): ArrayType<E> {
  return new ArrayType(type, length);
}
