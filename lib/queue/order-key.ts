import type { OrderKey } from '../_native/index.js';

// The form of a key, and why it is as it is: native/core/order_key.h.
const Tag = {
  end: 1,
  null: 2,
  undefined: 3,
  number: 4,
  string: 5,
  array: 6,
  other: 7,
} as const;
const NAMES = ['', '', 'null', 'undefined', 'number', 'string', 'array', 'object'];

/** What is left to a number after its double. */
const Rest = { nothing: 0, more: 1, belowAll: 2 } as const;

/** Keys are cut here. */
const MOST = 1 << 16;
/** Arrays in arrays below this are not compared: they may contain themselves. */
const DEEPEST = 100;
/** Before the key, its length. */
const START = 4;

let bytes = Buffer.allocUnsafeSlow(1024);
let view = new DataView(bytes.buffer);
let end = START;

/** Makes room for so many bytes more. */
function reserve(size: number): void {
  if (bytes.length - end >= size) return;
  const larger = Buffer.allocUnsafeSlow(2 * (end + size));
  larger.set(bytes.subarray(0, end));
  bytes = larger;
  view = new DataView(bytes.buffer);
}

/** By what an item is ordered. What it returns is written over by the next call. */
export function orderKey(item: unknown): OrderKey {
  if (typeof item === 'number') return item;
  end = START;
  write(item, 0);
  view.setUint32(0, Math.min(end - START, MOST), true);
  return bytes;
}

/** False: the key ends here. */
function write(item: unknown, depth: number): boolean {
  reserve(16);
  switch (typeof item) {
    case 'number':
      writeNumber(item, Rest.nothing);
      break;
    case 'boolean':
      writeNumber(item ? 1 : 0, Rest.nothing);
      break;
    case 'bigint':
      writeBigint(item);
      break;
    case 'string':
      writeString(item);
      break;
    case 'undefined':
      bytes[end++] = Tag.undefined;
      break;
    default:
      if (item === null) bytes[end++] = Tag.null;
      else if (Array.isArray(item) && depth < DEEPEST) return writeArray(item, depth);
      else {
        bytes[end++] = Tag.other;
        return false;
      }
  }
  return end - START < MOST;
}

function writeArray(array: readonly unknown[], depth: number): boolean {
  bytes[end++] = Tag.array;
  for (let i = 0; i < array.length; i++) if (!write(array[i], depth + 1)) return false;
  reserve(1);
  bytes[end++] = Tag.end;
  return true;
}

/** A double so that its bytes compare as the numbers do. */
function writeNumber(number: number, rest: number): void {
  bytes[end++] = Tag.number;
  // Both zeros are one number, and so are all that are none.
  view.setFloat64(end, number === 0 ? 0 : number);
  const high = view.getUint32(end);
  if (Number.isNaN(number)) {
    view.setUint32(end, 0xfff8_0000);
    view.setUint32(end + 4, 0);
  } else if (high >>> 31) {
    view.setUint32(end, ~high);
    view.setUint32(end + 4, ~view.getUint32(end + 4));
  } else {
    view.setUint32(end, high | 0x8000_0000);
  }
  end += 8;
  bytes[end++] = rest;
}

function writeBigint(number: bigint): void {
  let below = Number(number);
  if (below === Number.NEGATIVE_INFINITY) {
    writeNumber(below, Rest.belowAll);
    writeMagnitude(-number, 0xff);
    return;
  }
  if (below === Number.POSITIVE_INFINITY) below = Number.MAX_VALUE;
  else if (BigInt(below) > number) below = nextBelow(below);
  const rest = number - BigInt(below);
  writeNumber(below, rest === 0n ? Rest.nothing : Rest.more);
  if (rest !== 0n) writeMagnitude(rest, 0);
}

/** Its length in bytes, and its bytes. `mask` turns them. */
function writeMagnitude(magnitude: bigint, mask: number): void {
  const hex = magnitude.toString(16);
  const digits = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  reserve(4 + digits.length + 16);
  const begin = end;
  view.setUint32(end, digits.length);
  bytes.set(digits, end + 4);
  end += 4 + digits.length;
  if (mask !== 0) for (let i = begin; i < end; i++) bytes[i] = (bytes[i] as number) ^ mask;
}

const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);

/** The next double below a finite one that is not zero. */
function nextBelow(number: number): number {
  double[0] = number;
  bits[0] = (bits[0] as bigint) + (number > 0 ? -1n : 1n);
  return double[0];
}

/** UTF-8, in which the order of the bytes is that of the code points; lone surrogates, too. */
function writeString(text: string): void {
  const length = Math.min(text.length, MOST);
  reserve(3 * length + 16);
  bytes[end++] = Tag.string;
  for (let i = 0; i < length; i++) {
    const code = text.codePointAt(i) as number;
    if (code === 0) {
      bytes[end++] = 0;
      bytes[end++] = 0xff;
    } else if (code < 0x80) {
      bytes[end++] = code;
    } else if (code < 0x800) {
      bytes[end++] = 0xc0 | (code >> 6);
      bytes[end++] = 0x80 | (code & 63);
    } else {
      if (code < 0x1_0000) {
        bytes[end++] = 0xe0 | (code >> 12);
      } else {
        i++;
        bytes[end++] = 0xf0 | (code >> 18);
        bytes[end++] = 0x80 | ((code >> 12) & 63);
      }
      bytes[end++] = 0x80 | ((code >> 6) & 63);
      bytes[end++] = 0x80 | (code & 63);
    }
  }
  bytes[end++] = 0;
}

/** What a tag of a key stands for, for error messages. */
export function nameOfTag(tag: number): string {
  return NAMES[tag] ?? 'object';
}

/** What lies at a place of a key, and the way to it from the item. */
export function placeInKey(key: OrderKey, place: number): { tag: number; path: string } {
  if (typeof key === 'number') return { tag: Tag.number, path: 'item' };
  const indexes: number[] = [];
  let at = START;
  while (at < START + place) {
    if (key[at] === Tag.array) indexes.push(0);
    else {
      if (key[at] === Tag.end) indexes.pop();
      indexes.push((indexes.pop() ?? 0) + 1);
    }
    at = after(key, at);
  }
  return {
    tag: key[START + place] as number,
    path: `item${indexes.map((index) => `[${index}]`).join('')}`,
  };
}

/** The place of the tag after that at `at`. */
function after(key: Uint8Array, at: number): number {
  if (key[at] === Tag.number) {
    const rest = at + 9;
    if (key[rest] === Rest.nothing) return rest + 1;
    const length = new DataView(key.buffer, key.byteOffset).getUint32(rest + 1);
    return rest + 5 + (key[rest] === Rest.more ? length : ~length >>> 0);
  }
  if (key[at] !== Tag.string) return at + 1;
  let i = at + 1;
  for (; key[i] !== 0 || key[i + 1] === 0xff; i++) if (key[i] === 0) i++;
  return i + 1;
}
