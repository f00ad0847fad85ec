/** Deeper than this, recursion is left to those who can say that it is too deep. */
const DEEP = 100;

/** As `isTree`, for any number of objects. */
export function isLargeTree(value: object): boolean {
  return isPlain(value, new Set(), 0);
}

function isPlain(object: object, seen: Set<object>, depth: number): boolean {
  if (depth === DEEP || seen.size === seen.add(object).size) return false;
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype === Array.prototype && Array.isArray(object)) {
    for (let i = 0; i < object.length; i++) {
      const item: unknown = object[i];
      if (item === undefined || !isPart(item, seen, depth)) return false;
    }
    return true;
  }
  if (prototype !== Object.prototype) return false;
  for (const key in object) {
    if (key === '__proto__' || !key.isWellFormed()) return false;
    if (!isPart((object as Record<string, unknown>)[key], seen, depth)) return false;
  }
  return true;
}

function isPart(item: unknown, seen: Set<object>, depth: number): boolean {
  switch (typeof item) {
    case 'number':
      return item !== 0 || !Object.is(item, -0);
    case 'string':
      return item.isWellFormed();
    case 'object':
      return item === null || isPlain(item, seen, depth + 1);
    case 'boolean':
    case 'undefined':
      return true;
    default:
      return false;
  }
}
