import { endianness } from 'node:os';
import { wrongType } from '../../_internal/index.js';
import type { CType } from './c-type.js';

/** What the type codes stand for in JavaScript. */
export interface Scalars {
  /** `char`: one byte. */
  c: Buffer;
  /** `wchar_t`: one character. */
  u: string;
  /** `signed char` */
  b: number;
  /** `unsigned char` */
  B: number;
  /** `short` */
  h: number;
  /** `unsigned short` */
  H: number;
  /** `int` */
  i: number;
  /** `unsigned int` */
  I: number;
  /** `long` */
  l: bigint;
  /** `unsigned long` */
  L: bigint;
  /** `long long` */
  q: bigint;
  /** `unsigned long long` */
  Q: bigint;
  /** `float` */
  f: number;
  /** `double` */
  d: number;
  /** `_Bool` */
  '?': boolean;
}

/** A code of Python's `array` module or of ctypes for a scalar. */
export type TypeCode = keyof Scalars;

/** What may be written as one. */
export type Assignable<C extends TypeCode> =
  | Scalars[C]
  | (Scalars[C] extends number | bigint ? number | bigint | boolean : never)
  | (C extends 'c' ? Uint8Array | string | number : never);

const LITTLE = endianness() === 'LE';

type Reads = (view: DataView, offset: number) => unknown;
type Writes = (view: DataView, offset: number, value: unknown) => void;

/** The types by their codes. Each is aligned to its size. */
export const scalars: ReadonlyMap<string, CType> = new Map([
  scalar('c', 'c_char', 1, readChar, writeChar),
  scalar('u', 'c_wchar', 4, readWide, writeWide),
  number('b', 'c_byte', 1, 'Int8'),
  number('B', 'c_ubyte', 1, 'Uint8'),
  number('h', 'c_short', 2, 'Int16'),
  number('H', 'c_ushort', 2, 'Uint16'),
  number('i', 'c_int', 4, 'Int32'),
  number('I', 'c_uint', 4, 'Uint32'),
  large('l', 'c_long', 'BigInt64'),
  large('L', 'c_ulong', 'BigUint64'),
  large('q', 'c_longlong', 'BigInt64'),
  large('Q', 'c_ulonglong', 'BigUint64'),
  real('f', 'c_float', 4, 'Float32'),
  real('d', 'c_double', 8, 'Float64'),
  scalar('?', 'c_bool', 1, (view, at) => view.getUint8(at) !== 0, writeBool),
]);

function scalar(
  code: TypeCode,
  name: string,
  size: number,
  read: Reads,
  write: Writes,
): [string, CType] {
  return [code, { name, size, alignment: size, read, write }];
}

/** An integer of at most 32 bits. Those that do not fit are cut off, as in C. */
function number(
  code: TypeCode,
  name: string,
  size: number,
  kind: 'Int8' | 'Uint8' | 'Int16' | 'Uint16' | 'Int32' | 'Uint32',
): [string, CType] {
  const get = `get${kind}` as const;
  const set = `set${kind}` as const;
  return scalar(
    code,
    name,
    size,
    (view, at) => view[get](at, LITTLE),
    (view, at, value) => view[set](at, toInt(value), LITTLE),
  );
}

function large(code: TypeCode, name: string, kind: 'BigInt64' | 'BigUint64'): [string, CType] {
  const get = `get${kind}` as const;
  const set = `set${kind}` as const;
  return scalar(
    code,
    name,
    8,
    (view, at) => view[get](at, LITTLE),
    (view, at, value) => view[set](at, toBigInt(value), LITTLE),
  );
}

function real(
  code: TypeCode,
  name: string,
  size: number,
  kind: 'Float32' | 'Float64',
): [string, CType] {
  const get = `get${kind}` as const;
  const set = `set${kind}` as const;
  return scalar(
    code,
    name,
    size,
    (view, at) => view[get](at, LITTLE),
    (view, at, value) => view[set](at, toReal(value), LITTLE),
  );
}

/** DataView takes of it what fits; what is beyond 2 ** 53 is exact in a bigint only. */
export function toInt(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value === 'bigint') return Number(BigInt.asIntN(32, value));
  if (typeof value === 'boolean') return Number(value);
  throw wrongType('value', 'an integer', value);
}

export function toBigInt(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  return BigInt(toInt(value));
}

export function toReal(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  throw wrongType('value', 'a number', value);
}

function readChar(view: DataView, offset: number): Buffer {
  return Buffer.from([view.getUint8(offset)]);
}

function writeChar(view: DataView, offset: number, value: unknown): void {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  if (bytes instanceof Uint8Array && bytes.length === 1) {
    view.setUint8(offset, bytes[0] as number);
  } else if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 256) {
    view.setUint8(offset, value);
  } else {
    throw new TypeError('one character bytes, bytearray or integer expected');
  }
}

function readWide(view: DataView, offset: number): string {
  return String.fromCodePoint(view.getUint32(offset, LITTLE));
}

function writeWide(view: DataView, offset: number, value: unknown): void {
  const points = typeof value === 'string' ? [...value] : [];
  if (points.length !== 1) throw new TypeError('one character unicode string expected');
  view.setUint32(offset, (points[0] as string).codePointAt(0) as number, LITTLE);
}

function writeBool(view: DataView, offset: number, value: unknown): void {
  view.setUint8(offset, value ? 1 : 0);
}
