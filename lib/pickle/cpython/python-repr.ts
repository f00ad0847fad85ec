import { Tuple } from './tuple.js';

/** Characters, more or less, after which the rest is left out: it is for messages. */
const MOST = 1000;
const DEEPEST = 6;
/** Longer integers take more than linear time. */
const GREATEST = 2n ** 1024n;

/** A value as Python's `repr()` would write it, for the messages of exceptions; long ones are cut. */
export function pythonRepr(value: unknown): string {
  return new Repr().of(value, 0);
}

/** What is counted is what all parts have together: the same part may be met again and again. */
class Repr {
  #left = MOST;

  of(value: unknown, depth: number): string {
    const text = this.#left <= 0 || depth > DEEPEST ? '...' : this.#text(value, depth);
    this.#left -= text.length;
    return text;
  }

  #text(value: unknown, depth: number): string {
    switch (typeof value) {
      case 'string':
        return quoted(value, this.#left);
      case 'boolean':
        return value ? 'True' : 'False';
      case 'bigint':
        return value > GREATEST || value < -GREATEST ? '...' : String(value);
      case 'number':
        return String(value);
      case 'object':
        if (value === null) return 'None';
        if (value instanceof Buffer) {
          const text = value.toString('latin1', 0, this.#left);
          return `b${quoted(text, this.#left, true)}`;
        }
        if (Array.isArray(value)) return this.#list(value, depth);
        return value instanceof Error ? `${value.name}(...)` : '{...}';
      default:
        return 'None';
    }
  }

  #list(list: readonly unknown[], depth: number): string {
    const items: string[] = [];
    for (const item of list) {
      items.push(this.of(item, depth + 1));
      if (this.#left <= 0) break;
    }
    if (items.length < list.length) items.push('...');
    const text = items.join(', ');
    if (!(list instanceof Tuple)) return `[${text}]`;
    return list.length === 1 ? `(${text},)` : `(${text})`;
  }
}

function quoted(whole: string, most: number, isBytes = false): string {
  const text = whole.length > most ? `${whole.slice(0, most)}...` : whole;
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
