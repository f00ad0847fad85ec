import { UnpicklingError } from '../errors.js';
import type { Input } from './input.js';
import { parseInteger } from './integers.js';
import * as op from './opcodes.js';
import { decodeEscapes, decodeRawUnicodeEscape } from './text.js';

/**
 * Reads what only old protocols have, lines of text mostly.
 *
 * @throws UnpicklingError for the opcodes that are refused, and for what is none
 */
export function readOld(code: number, input: Input): unknown {
  switch (code) {
    case op.INT: {
      const text = input.line('latin1').trim();
      return text === '01' ? true : text === '00' ? false : parseInteger(text);
    }
    case op.LONG:
      return parseInteger(input.line('latin1').replace(/L$/, ''));
    case op.UNICODE:
      return decodeRawUnicodeEscape(input.line('latin1'));
    case op.STRING: {
      const [, , text] = /^(['"])(.*)\1\s*$/s.exec(input.line('latin1')) ?? [];
      if (text === undefined) {
        throw new UnpicklingError('the STRING opcode argument must be quoted');
      }
      return ascii(decodeEscapes(text));
    }
    case op.SHORT_BINSTRING:
      return counted(input, input.bytes[input.take(1)] as number);
    case op.BINSTRING:
      return counted(input, input.bytes.readInt32LE(input.take(4)));
    case op.PERSID:
    case op.BINPERSID:
      throw new UnpicklingError('persistent IDs are refused');
    case op.EXT1:
    case op.EXT2:
    case op.EXT4:
      throw new UnpicklingError('extension codes are refused');
    default: {
      const isPrintable = code > 0x20 && code < 0x7f;
      const hex = code.toString(16).padStart(2, '0');
      const key = isPrintable ? String.fromCharCode(code) : `\\x${hex}`;
      throw new UnpicklingError(`invalid load key, '${key}'.`);
    }
  }
}

function counted(input: Input, length: number): string {
  if (length < 0) throw new UnpicklingError('BINSTRING pickle has negative byte count');
  const start = input.take(length);
  return ascii(input.bytes.toString('latin1', start, start + length));
}

/** A str of Python 2: Python 3 takes it for ASCII. */
function ascii(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) throw new UnpicklingError('a str of Python 2 is not ASCII');
  }
  return text;
}

/** As Python's `float()` for what its `repr` writes. */
export function parseFloatLine(line: string): number {
  const text = line.trim().toLowerCase();
  const special = /^([+-]?)(inf|infinity|nan)$/.exec(text);
  if (special) {
    if (special[2] === 'nan') return Number.NaN;
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text)) {
    throw new UnpicklingError(`could not convert string to float: '${text}'`);
  }
  return Number(text);
}
