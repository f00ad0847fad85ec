import { UnpicklingError } from '../errors.js';
import { parseInteger } from './integers.js';
import { decodeText } from './text.js';

/** The bytes of a pickle, and how far they are read. */
export class Input {
  at = 0;

  constructor(readonly bytes: Buffer) {}

  /** Where the next `length` bytes are. */
  take(length: number): number {
    const start = this.at;
    if (length > this.bytes.length - start) throw truncated();
    this.at = start + length;
    return start;
  }

  /** A length of eight bytes. */
  length8(): number {
    const start = this.take(8);
    return this.bytes.readUInt32LE(start) + this.bytes.readUInt32LE(start + 4) * 2 ** 32;
  }

  /** The bytes until the end of the line. */
  line(encoding: 'latin1' | 'utf8'): string {
    const start = this.at;
    const end = this.bytes.indexOf(0x0a, start);
    if (end < 0) throw truncated();
    this.at = end + 1;
    if (encoding === 'latin1') return this.bytes.toString('latin1', start, end);
    return decodeText(this.bytes, start, end);
  }

  /** A line that is an index of the memo. */
  index(): number {
    const index = parseInteger(this.line('latin1').trim());
    if (typeof index === 'number' && index >= 0) return index;
    throw new UnpicklingError('an index of the memo that is negative or too large');
  }
}

export function truncated(): UnpicklingError {
  return new UnpicklingError('pickle data was truncated');
}
