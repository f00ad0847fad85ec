import { wrongType } from '../../_internal/index.js';
import { ValueError } from '../../errors.js';
import { registerTraveller } from '../../pickle/index.js';

/**
 * An array of `wchar_t` (type code `'u'`): a Uint32Array of code points that can also be read and
 * written as a string.
 *
 * @see https://docs.python.org/3.13/library/ctypes.html#ctypes.create_unicode_buffer
 */
export class WideCharArray extends Uint32Array<ArrayBuffer> {
  /** The characters before the first NUL. Assigned ones are followed by a NUL if there is room. */
  get value(): string {
    const end = this.indexOf(0);
    let text = '';
    for (const point of this.subarray(0, end < 0 ? this.length : end)) {
      text += String.fromCodePoint(point);
    }
    return text;
  }
  set value(value: string) {
    const points = toPoints(value);
    if (points.length > this.length) throw new ValueError('string too long');
    this.set(points);
    if (points.length < this.length) this[points.length] = 0;
  }

  static {
    registerTraveller(WideCharArray, {
      name: 'WideCharArray',
      module: 'multiprocessing/sharedctypes',
      parts: (array) => [new Uint32Array(array.buffer, array.byteOffset, array.length)],
      take: (_native, _state, [points]) => {
        const { buffer, byteOffset, length } = points as Uint32Array<ArrayBuffer>;
        return new WideCharArray(buffer, byteOffset, length);
      },
    });
  }
}

/** @throws TypeError */
export function toPoints(value: unknown): number[] {
  if (typeof value !== 'string') throw wrongType('value', 'a string', value);
  return Array.from(value, (letter) => letter.codePointAt(0) as number);
}
