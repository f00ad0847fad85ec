/** Up to so many objects, a scan of an array is faster than a Set. */
const FEW = 32;
/** Deeper than this, recursion is left to those who can say that it is too deep. */
const DEEP = 100;

const seen: unknown[] = new Array(FEW);
let count = 0;
let depth = 0;
let many: Set<object> | undefined;

/**
 * Whether a value is a tree of plain objects, arrays and common primitives, no object twice: what
 * most messages are, and what the fast codec keeps as it is. The first look at every object that
 * travels, so it makes nothing itself for a small one.
 */
export function isTree(value: object): boolean {
  count = 0;
  depth = 0;
  const tree = isPlain(value);
  seen.fill(undefined, 0, count);
  many = undefined;
  return tree;
}

function isPlain(object: object): boolean {
  if (!isNew(object) || depth === DEEP) return false;
  depth++;
  if (Array.isArray(object)) {
    if (Object.getPrototypeOf(object) !== Array.prototype) return false;
    for (let i = 0; i < object.length; i++) {
      const item: unknown = object[i];
      // A hole reads as undefined, too.
      if (item === undefined || !isPart(item)) return false;
    }
  } else {
    if (Object.getPrototypeOf(object) !== Object.prototype) return false;
    for (const key in object) {
      if (key === '__proto__' || !key.isWellFormed()) return false;
      if (!isPart((object as Record<string, unknown>)[key])) return false;
    }
  }
  depth--;
  return true;
}

function isNew(object: object): boolean {
  if (many !== undefined) return many.size < many.add(object).size;
  for (let i = 0; i < count; i++) if (seen[i] === object) return false;
  if (count < FEW) seen[count++] = object;
  else many = new Set(seen as object[]).add(object);
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
