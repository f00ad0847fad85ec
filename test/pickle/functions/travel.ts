import type { Callable } from '../../../dist/pickle/functions/index.js';
import { baseIndex, putTogether, takeApart } from '../../../dist/pickle/functions/index.js';

/**
 * Sends a function to the same thread, and with it the functions that it captured. Other values are
 * copied as far as a test needs it.
 */
export function travel<Fn extends Callable>(fn: Fn, seen = new Map<unknown, unknown>()): Fn {
  const known = seen.get(fn);
  if (known !== undefined) return known as Fn;
  const { code, values } = takeApart(fn);
  const arrived = JSON.parse(JSON.stringify(code));
  const at = baseIndex(arrived);
  const base = at < 0 ? undefined : travel(values[at] as Callable, seen);
  const { fn: made, fill } = putTogether(arrived, base);
  seen.set(fn, made);
  fill(values.map((value) => copy(value, seen)));
  return made as Fn;
}

function copy(value: unknown, seen: Map<unknown, unknown>): unknown {
  if (typeof value === 'function') return travel(value, seen);
  if (typeof value !== 'object' || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && !Array.isArray(value)) return structuredClone(value);
  const made: object = Array.isArray(value) ? [] : {};
  seen.set(value, made);
  for (const [key, inner] of Object.entries(value)) {
    (made as Record<string, unknown>)[key] = copy(inner, seen);
  }
  return made;
}
