import { wrongType } from '../../_internal/index.js';
import { ValueError } from '../../errors.js';
import { registerTraveller } from '../../pickle/index.js';
import { bytesIn } from './c-type.js';

/**
 * An array of `char` (type code `'c'`): a Uint8Array that can also be read and written as a string
 * of bytes.
 *
 * Differs from CPython: an element is a number, not a string of one byte. Where bytes are expected a
 * string is taken as UTF-8.
 *
 * @see https://docs.python.org/3.13/library/ctypes.html#ctypes.create_string_buffer
 */
export class CharArray extends Uint8Array<ArrayBuffer> {
  /** The bytes before the first NUL, copied. Assigned bytes are followed by a NUL if there is room. */
  get value(): Buffer {
    const end = this.indexOf(0);
    return Buffer.from(bytesIn(this).subarray(0, end < 0 ? this.length : end));
  }
  set value(value: Uint8Array | string) {
    const bytes = toBytes(value);
    this.raw = bytes;
    if (bytes.length < this.length) this[bytes.length] = 0;
  }

  /** All bytes, copied. Fewer may be assigned; the rest stays. */
  get raw(): Buffer {
    return Buffer.from(bytesIn(this));
  }
  set raw(value: Uint8Array | string) {
    const bytes = toBytes(value);
    if (bytes.length > this.length) throw new ValueError('byte string too long');
    this.set(bytes);
  }

  static {
    registerTraveller(CharArray, {
      name: 'CharArray',
      module: 'multiprocessing/sharedctypes',
      parts: (array) => [new Uint8Array(array.buffer, array.byteOffset, array.length)],
      take: (_native, _state, [bytes]) => {
        const { buffer, byteOffset, length } = bytes as Uint8Array<ArrayBuffer>;
        return new CharArray(buffer, byteOffset, length);
      },
    });
  }
}

/** @throws TypeError */
export function toBytes(value: unknown): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value);
  if (value instanceof Uint8Array) return value;
  throw wrongType('value', 'bytes (a Uint8Array) or a string', value);
}
