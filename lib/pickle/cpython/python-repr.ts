import { inspect } from 'node:util';
import { Tuple } from './tuple.js';

/** Deeper and longer ones are cut: they are for messages. */
const DEEPEST = 6;
const MOST = 100;

/**
 * A value as Python's `repr()` would write it, for the messages of exceptions.
 *
 * @param brackets those of an array that has none of its own
 */
export function pythonRepr(value: unknown, brackets = '[]', depth = 0): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'undefined':
      return 'None';
    case 'object':
      if (value === null) return 'None';
      if (depth > DEEPEST) return '...';
      if (value instanceof Buffer) return `b${quoted(value.toString('latin1', 0, MOST), true)}`;
      if (Array.isArray(value)) {
        const isTuple = value instanceof Tuple || brackets === '()';
        const items = value.slice(0, MOST).map((item) => pythonRepr(item, '[]', depth + 1));
        if (value.length > MOST) items.push('...');
        const text = items.join(', ');
        if (!isTuple) return `[${text}]`;
        return value.length === 1 ? `(${text},)` : `(${text})`;
      }
      return inspect(value, { depth: 1, maxArrayLength: MOST, breakLength: Infinity });
    default:
      return String(value);
  }
}

function quoted(text: string, isBytes = false): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let inside = '';
  for (const char of text) inside += char === quote ? `\\${char}` : escaped(char, isBytes);
  return quote + inside + quote;
}

const NAMED: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(char: string, isBytes: boolean): string {
  const code = char.codePointAt(0) as number;
  const isShown = code < 0x7f ? code >= 0x20 : code > 0xa0 && code !== 0xad && !isBytes;
  return NAMED[char] ?? (isShown ? char : `\\x${code.toString(16).padStart(2, '0')}`);
}
