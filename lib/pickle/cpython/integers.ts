import { UnpicklingError } from '../errors.js';

/** As Python's `int()`: to read longer ones takes more than linear time. */
const MOST_DIGITS = 4300;

/** A number where that is exact, else a bigint. */
export function narrowed(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** An integer in two's complement, the least byte first. */
export function readInteger(bytes: Buffer, start: number, length: number): number | bigint {
  if (length <= 6) return length === 0 ? 0 : bytes.readIntLE(start, length);
  const reversed = Buffer.from(bytes.subarray(start, start + length)).reverse();
  const value = BigInt(`0x${reversed.toString('hex')}`);
  const isNegative = (reversed[0] as number) >= 0x80;
  return narrowed(isNegative ? value - (1n << BigInt(8 * length)) : value);
}

/** The same bytes for an integer, as few as there can be. */
export function integerBytes(value: bigint): Buffer {
  if (value === 0n) return Buffer.alloc(0);
  // A bit for the sign; -128 has room in the byte that 128 has none in.
  const bits = (value < 0n ? -value - 1n : value).toString(16).length * 4 + 1;
  let length = Math.ceil(bits / 8);
  const modulus = 1n << BigInt(8 * length);
  const hex = (value < 0n ? value + modulus : value).toString(16).padStart(2 * length, '0');
  const bytes = Buffer.from(hex, 'hex').reverse();
  // The hexadecimal digits tell the bits only roughly: a byte that repeats the sign may be too many.
  while (length > 1) {
    const sign = (bytes[length - 2] as number) >= 0x80 ? 0xff : 0;
    if (bytes[length - 1] !== sign) break;
    length--;
  }
  return bytes.subarray(0, length);
}

/** An integer in decimal. */
export function parseInteger(text: string): number | bigint {
  if (text.length > MOST_DIGITS + 1) {
    throw new UnpicklingError(
      `Exceeds the limit (${MOST_DIGITS} digits) for integer string conversion`,
    );
  }
  if (!/^[+-]?\d+$/.test(text)) throw new UnpicklingError(`not an integer: '${text}'`);
  return narrowed(BigInt(text.replace('+', '')));
}
