/** More objects than this, and the value is left to the survey: it has a Set for them. */
const FEW = 32;

const seen: unknown[] = new Array(FEW);
let count = 0;

/**
 * Whether a value is a small tree of plain objects, arrays and common primitives, none of them
 * twice: what most messages are, and what the fast codec keeps as it is. The first look at every
 * object that travels, so it makes no objects itself; `survey.ts` says what else a value is.
 */
export function isTree(value: object): boolean {
  count = 0;
  const tree = isPlain(value);
  seen.fill(undefined, 0, count);
  return tree;
}

function isPlain(object: object): boolean {
  if (count === FEW) return false;
  for (let i = 0; i < count; i++) if (seen[i] === object) return false;
  seen[count++] = object;

  if (Array.isArray(object)) {
    for (let i = 0; i < object.length; i++) {
      const item: unknown = object[i];
      // A hole reads as undefined, too.
      if (item === undefined || !isPart(item)) return false;
    }
    return true;
  }
  if (Object.getPrototypeOf(object) !== Object.prototype) return false;
  for (const key in object) {
    if (key === '__proto__' || !isPart((object as Record<string, unknown>)[key])) return false;
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
