import * as op from './opcodes.js';
import { encodeIllFormed } from './text.js';

/** The memory that is kept for the next pickle; longer ones have memory of their own. */
const KEPT = 1 << 16;
/** Up to this length a string is written here: a call into C++ takes longer. */
const FEW = 32;

/** While one is written, whatever that calls has another. */
let kept: Buffer | undefined;

/** Bytes that become more. */
export class Output {
  #bytes: Buffer;
  #at = 0;

  constructor() {
    this.#bytes = kept ?? Buffer.allocUnsafeSlow(KEPT);
    kept = undefined;
  }

  /** The bytes as a Buffer of their own. To be called once, also after an error. */
  finish(): Buffer {
    const bytes = this.#bytes.subarray(0, this.#at);
    if (this.#bytes.length > KEPT) return bytes;
    kept = this.#bytes;
    return Buffer.from(bytes);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  /** An int of 32 bits. */
  int(value: number): void {
    this.#reserve(5);
    const bytes = this.#bytes;
    if (value >= 0 && value <= 0xff) {
      bytes[this.#at++] = op.BININT1;
      bytes[this.#at++] = value;
    } else if (value >= 0 && value <= 0xffff) {
      bytes[this.#at++] = op.BININT2;
      bytes[this.#at++] = value;
      bytes[this.#at++] = value >>> 8;
    } else {
      bytes[this.#at++] = op.BININT;
      this.#uint32(value);
    }
  }

  float(value: number): void {
    this.#reserve(9);
    this.#bytes[this.#at++] = op.BINFLOAT;
    this.#at = this.#bytes.writeDoubleBE(value, this.#at);
  }

  /** An opcode with a number of one byte or, with the other opcode, of four. */
  sized(short: number, long: number, value: number): void {
    this.#reserve(5);
    if (value <= 0xff) {
      this.#bytes[this.#at++] = short;
      this.#bytes[this.#at++] = value;
    } else {
      this.#bytes[this.#at++] = long;
      this.#uint32(value);
    }
  }

  /** The same with one of eight bytes, too. */
  sized8(short: number, long: number, longest: number, value: number): void {
    if (value <= 0xffff_ffff) this.sized(short, long, value);
    else this.long(longest, value);
  }

  /** An opcode with a number of eight bytes. */
  long(code: number, value: number): void {
    this.#reserve(9);
    this.#bytes[this.#at++] = code;
    this.#uint32(value % 2 ** 32);
    this.#uint32(value / 2 ** 32);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  text(text: string): void {
    const { length } = text;
    if (length <= FEW && this.#shortText(text)) return;
    if (!text.isWellFormed()) {
      const bytes = encodeIllFormed(text);
      this.sized8(op.SHORT_BINUNICODE, op.BINUNICODE, op.BINUNICODE8, bytes.length);
      this.raw(bytes);
      return;
    }
    // The number of bytes is known when they are written: room is left for it in the form that fits surely.
    const most = 3 * length;
    const header = most <= 0xff ? 2 : most <= 0xffff_ffff ? 5 : 9;
    this.#reserve(header + most);
    const start = this.#at;
    const count = this.#bytes.write(text, start + header, 'utf8');
    if (header === 2) this.sized(op.SHORT_BINUNICODE, op.BINUNICODE, count);
    else if (header === 9) this.long(op.BINUNICODE8, count);
    else {
      this.#bytes[this.#at++] = op.BINUNICODE;
      this.#uint32(count);
    }
    this.#at = start + header + count;
  }

  #shortText(text: string): boolean {
    const { length } = text;
    this.#reserve(2 + length);
    const bytes = this.#bytes;
    const start = this.#at;
    bytes[start] = op.SHORT_BINUNICODE;
    bytes[start + 1] = length;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) return false;
      bytes[start + 2 + i] = unit;
    }
    this.#at = start + 2 + length;
    return true;
  }

  #uint32(value: number): void {
    const bytes = this.#bytes;
    bytes[this.#at++] = value;
    bytes[this.#at++] = value >>> 8;
    bytes[this.#at++] = value >>> 16;
    bytes[this.#at++] = value >>> 24;
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const longer = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, this.#at + count));
    longer.set(this.#bytes.subarray(0, this.#at));
    if (this.#bytes.length === KEPT) kept = this.#bytes;
    this.#bytes = longer;
  }
}
