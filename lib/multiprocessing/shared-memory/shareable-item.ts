import { isUtf8 } from 'node:buffer';
import { wrongType } from '../../_internal/index.js';
import { AssertionError, ValueError } from '../../errors.js';

/** What a ShareableList can hold. */
export type Shareable = number | bigint | boolean | string | Uint8Array | null;

/** An item as it lies in the list's memory: CPython's `struct` format, kind and bytes. */
export interface Item {
  format: string;
  code: number;
  bytes: Uint8Array;
}

const SLOT = 8;
/** CPython's codes: how a value is made of what `struct` reads. */
const AS_IT_IS = 0;
const TEXT = 1;
const BYTES = 2;
const NONE = 3;

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** @throws TypeError, ValueError */
export function toItem(value: unknown): Item {
  if (value === null) return { format: 'xxxxxx?x', code: NONE, bytes: new Uint8Array(SLOT) };
  if (typeof value === 'string') return textItem(Buffer.from(value), TEXT);
  if (value instanceof Uint8Array) return textItem(value, BYTES);
  const bytes = new Uint8Array(SLOT);
  const view = new DataView(bytes.buffer);
  if (typeof value === 'boolean') {
    bytes[SLOT - 1] = value ? 1 : 0;
    return { format: 'xxxxxxx?', code: AS_IT_IS, bytes };
  }
  // -0 and what is too large to be exact are floating point numbers only.
  if (typeof value === 'number' && (!Number.isSafeInteger(value) || Object.is(value, -0))) {
    view.setFloat64(0, value, true);
    return { format: 'd', code: AS_IT_IS, bytes };
  }
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    throw wrongType('value', 'a number, bigint, boolean, string, Uint8Array or null', value);
  }
  const integer = BigInt(value);
  if (integer < LEAST || integer > MOST) {
    throw new ValueError(`'q' format requires ${LEAST} <= number <= ${MOST}`);
  }
  view.setBigInt64(0, integer, true);
  return { format: 'q', code: AS_IT_IS, bytes };
}

/** With room for a NUL at least: CPython cuts off trailing ones. */
function textItem(bytes: Uint8Array, code: number): Item {
  const format = `${SLOT * (Math.floor(bytes.length / SLOT) + 1)}s`;
  if (format.length > SLOT) throw new AssertionError('an item is too long for a ShareableList');
  return { format, code, bytes };
}

/** How many bytes an item of that format takes. @throws ValueError */
export function sizeOfFormat(format: string): number {
  if (/^[1-9]\d*s$/.test(format)) return Number(format.slice(0, -1));
  if (['q', 'd', 'xxxxxxx?', 'xxxxxx?x'].includes(format)) return SLOT;
  throw new ValueError(`a ShareableList has no items of the format '${format}'`);
}

/** @throws ValueError */
export function fromItem({ format, code, bytes }: Item): Shareable {
  if (code === NONE) return null;
  const { buffer, byteOffset } = bytes;
  const view = new DataView(buffer, byteOffset, bytes.length);
  if (format === 'd') return view.getFloat64(0, true);
  if (format === 'q') {
    const integer = view.getBigInt64(0, true);
    return BigInt.asIntN(53, integer) === integer ? Number(integer) : integer;
  }
  if (format === 'xxxxxxx?') return bytes[SLOT - 1] !== 0;
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  const text = Buffer.from(bytes.subarray(0, end));
  if (code === BYTES) return text;
  if (!isUtf8(text)) throw new ValueError('an item of the ShareableList is no UTF-8');
  return text.toString();
}
