import { constants } from 'node:buffer';
import { UnpicklingError } from '../errors.js';
import { PyFloat } from './py-float.js';

type ArrayClass = {
  readonly BYTES_PER_ELEMENT: number;
  readonly prototype: object;
  new (length: number): NodeJS.TypedArray;
};

// `l` and `L` are as on the 64-bit systems other than Windows.
const BY_CODE: Record<string, ArrayClass> = {
  b: Int8Array,
  B: Uint8Array,
  h: Int16Array,
  H: Uint16Array,
  i: Int32Array,
  I: Uint32Array,
  l: BigInt64Array,
  L: BigUint64Array,
  q: BigInt64Array,
  Q: BigUint64Array,
  f: Float32Array,
  d: Float64Array,
};

/** `array.array`'s machine formats of little-endian numbers, as array.rst numbers them. */
const BY_FORMAT: Record<number, ArrayClass> = {
  0: Uint8Array,
  1: Int8Array,
  2: Uint16Array,
  4: Int16Array,
  6: Uint32Array,
  8: Int32Array,
  10: BigUint64Array,
  12: BigInt64Array,
  14: Float32Array,
  16: Float64Array,
};

const codes = new Map<object, string>();
for (const code of 'BbhHiIqQfd') codes.set((BY_CODE[code] as ArrayClass).prototype, code);
codes.set(Uint8ClampedArray.prototype, 'B');

/** The type code of `array.array` for a typed array; undefined for what is none. */
export function codeOfArray(array: object): string | undefined {
  return codes.get(Object.getPrototypeOf(array));
}

/** `array.array(code, items)`, the items as bytes in the order of the machine or as a list. */
export function arrayOf(code: unknown, items: unknown): NodeJS.TypedArray {
  const type = typeof code === 'string' && Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  if (!type) throw new UnpicklingError(`no array for the type code ${String(code)}`);
  if (items instanceof Uint8Array) return fromBytes(type, items);
  if (!Array.isArray(items)) throw new UnpicklingError('an array of neither bytes nor a list');
  const array = new type(items.length) as NodeJS.TypedArray;
  const isBig = array instanceof BigInt64Array || array instanceof BigUint64Array;
  for (const [i, given] of items.entries()) {
    const item = given instanceof PyFloat ? given.value : given;
    if (typeof item !== 'number' && typeof item !== 'bigint') {
      throw new UnpicklingError('an array of something else than numbers');
    }
    const number = isBig && Number.isInteger(item) ? BigInt(item) : isBig ? item : Number(item);
    (array as unknown as unknown[])[i] = number;
  }
  return array;
}

/** `array._array_reconstructor(array.array, code, format, bytes)` */
export function arrayOfFormat(format: unknown, bytes: unknown): NodeJS.TypedArray {
  const type = typeof format === 'number' ? BY_FORMAT[format] : undefined;
  if (!type) throw new UnpicklingError(`no array for the machine format ${String(format)}`);
  if (!(bytes instanceof Uint8Array)) throw new UnpicklingError('an array without its bytes');
  return fromBytes(type, bytes);
}

function fromBytes(type: ArrayClass, bytes: Uint8Array): NodeJS.TypedArray {
  const { length } = bytes;
  if (length % type.BYTES_PER_ELEMENT !== 0 || length > constants.MAX_LENGTH) {
    throw new UnpicklingError('bytes length not a multiple of item size');
  }
  const array = new type(length / type.BYTES_PER_ELEMENT);
  new Uint8Array(array.buffer).set(bytes);
  return array;
}
