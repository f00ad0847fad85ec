import { isLargeTree } from './large-tree.js';

/** With more objects than this, a scan of an array is slower than a Set. */
const FEW = 32;

const seen: unknown[] = new Array(FEW);
let count = 0;
let isLarge = false;

/**
 * Whether a value is a tree of plain objects, arrays and common primitives, no object twice: what
 * most messages are, and what the fast codec keeps as it is. The first look at every object that
 * travels, so it makes no objects itself for a small one.
 */
export function isTree(value: object): boolean {
  count = 0;
  isLarge = false;
  const tree = isPlain(value);
  seen.fill(undefined, 0, count);
  return tree || (isLarge && isLargeTree(value));
}

function isPlain(object: object): boolean {
  if (count === FEW) {
    isLarge = true;
    return false;
  }
  for (let i = 0; i < count; i++) if (seen[i] === object) return false;
  seen[count++] = object;

  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype === Array.prototype && Array.isArray(object)) {
    for (let i = 0; i < object.length; i++) {
      const item: unknown = object[i];
      // A hole reads as undefined, too.
      if (item === undefined || !isPart(item)) return false;
    }
    return true;
  }
  if (prototype !== Object.prototype) return false;
  for (const key in object) {
    if (key === '__proto__' || !key.isWellFormed()) return false;
    if (!isPart((object as Record<string, unknown>)[key])) return false;
  }
  return true;
}

function isPart(item: unknown): boolean {
  switch (typeof item) {
    case 'number':
      return item !== 0 || !Object.is(item, -0);
    case 'string':
      // msgpackr writes UTF-8, which has no lone surrogates.
      return item.isWellFormed();
    case 'object':
      return item === null || isPlain(item);
    case 'boolean':
    case 'undefined':
      return true;
    default:
      return false;
  }
}
