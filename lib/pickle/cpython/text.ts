import { UnpicklingError } from '../errors.js';

/** The greatest length of what is looked up in the table of short strings: most keys. */
const SHORT = 24;
const TABLE = 1024;
const table: string[] = new Array(TABLE).fill('');

/**
 * A string in Python's UTF-8 with `surrogatepass`: as UTF-8, but a lone surrogate has three bytes of
 * its own.
 *
 * @throws UnpicklingError for what is none
 */
export function decodeText(bytes: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length === 0) return '';
  if (length <= SHORT) {
    const short = shortText(bytes, start, end);
    if (short !== undefined) return short;
  }
  const text = bytes.toString('utf8', start, end);
  // U+FFFD stands for what is no UTF-8, or for itself.
  if (!text.includes('\ufffd')) return text;
  return decodeStrictly(bytes.subarray(start, end));
}

/** A short ASCII string; the same object for the same bytes where it was read lately. */
function shortText(bytes: Buffer, start: number, end: number): string | undefined {
  let hash = end - start;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte >= 0x80) return undefined;
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  const at = (hash ^ (hash >>> 10)) & (TABLE - 1);
  const known = table[at] as string;
  if (known.length === end - start) {
    let i = 0;
    while (i < known.length && known.charCodeAt(i) === bytes[start + i]) i++;
    if (i === known.length) return known;
  }
  const text = bytes.toString('latin1', start, end);
  table[at] = text;
  return text;
}

function decodeStrictly(bytes: Buffer): string {
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 0xed || (bytes[i + 1] as number) < 0xa0) continue;
    const [second, third] = [bytes[i + 1] ?? 0, bytes[i + 2] ?? 0];
    if (second > 0xbf || (third & 0xc0) !== 0x80) throw notUtf8();
    parts.push(strictPart(bytes, from, i));
    parts.push(String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f)));
    from = i + 3;
    i += 2;
  }
  parts.push(strictPart(bytes, from, bytes.length));
  return parts.join('');
}

function strictPart(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  if (text.includes('\ufffd') && !Buffer.from(text).equals(bytes.subarray(start, end))) {
    throw notUtf8();
  }
  return text;
}

function notUtf8(): UnpicklingError {
  return new UnpicklingError('a str is not UTF-8');
}

/** The bytes of a string that has lone surrogates. */
export function encodeIllFormed(text: string): Buffer {
  const parts: Buffer[] = [];
  // With `u`, a pair is one character and no surrogate.
  for (const part of text.split(/(\p{Surrogate})/u)) {
    const unit = part.charCodeAt(0);
    if (part.length === 1 && unit >= 0xd800 && unit <= 0xdfff) {
      parts.push(Buffer.from([0xed, 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]));
    } else parts.push(Buffer.from(part));
  }
  return Buffer.concat(parts);
}

/** Python's `raw-unicode-escape`: Latin-1 with `\uXXXX` and `\UXXXXXXXX`. */
export function decodeRawUnicodeEscape(text: string): string {
  // As in Python, a backslash counts only after an even number of others.
  return text.replace(/(\\+)(u[\da-fA-F]{4}|U[\da-fA-F]{8}|[uU])?/g, (all, slashes, code) => {
    if (code === undefined || slashes.length % 2 === 0) return all;
    const point = Number.parseInt(code.slice(1), 16);
    if (!(point <= 0x10ffff)) throw new UnpicklingError('a str has an escape of no character');
    return slashes.slice(1) + String.fromCodePoint(point);
  });
}

const ESCAPES = new Map([...'nrtabfv\\\'"'].map((code, i) => [code, '\n\r\t\x07\b\f\v\\\'"'[i]]));

/** A str of Python 2 as its `repr` writes it, without the quotes. */
export function decodeEscapes(text: string): string {
  return text.replace(/\\(x[\da-fA-F]{2}|[0-7]{1,3}|.)?/gs, (all, code: string | undefined) => {
    if (code === undefined) throw new UnpicklingError('a str ends within an escape');
    if (/^x./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
    return ESCAPES.get(code) ?? all;
  });
}
