type Dict = Record<string, unknown>;

/** Whether it is what a dict of strings is here. */
export function isDict(value: unknown): value is Dict {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

/** Enters a key, which may be `__proto__`. */
export function setKey(dict: Dict, key: string, value: unknown): void {
  if (key !== '__proto__') dict[key] = value;
  else {
    const own = { value, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(dict, key, own);
  }
}

/**
 * A dict is made before its keys are known, and it is a Map if one of them is no string. Where
 * something already refers to the object that was made first (cycles do), this puts the Map in its
 * place. It walks through the whole value, which such pickles alone need.
 *
 * @returns what stands for the value
 */
export function replaceDicts(root: unknown, maps: ReadonlyMap<unknown, unknown>): unknown {
  const now = (value: unknown) => maps.get(value) ?? value;
  const seen = new Set<unknown>();
  const todo: unknown[] = [now(root)];
  while (todo.length > 0) {
    const value = todo.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Map) replaceInMap(value, maps);
    else if (value instanceof Set) replaceInSet(value, maps);
    else if (!ArrayBuffer.isView(value)) replaceInFields(value as Dict, maps);
    if (value instanceof Map) for (const entry of value) todo.push(...entry);
    else if (value instanceof Set) for (const item of value) todo.push(item);
    else if (!ArrayBuffer.isView(value)) for (const item of Object.values(value)) todo.push(item);
  }
  return now(root);
}

function replaceInMap(map: Map<unknown, unknown>, maps: ReadonlyMap<unknown, unknown>): void {
  for (const [key, value] of map) if (maps.has(value)) map.set(key, maps.get(value));
}

function replaceInSet(set: Set<unknown>, maps: ReadonlyMap<unknown, unknown>): void {
  for (const item of [...set]) if (maps.has(item) && set.delete(item)) set.add(maps.get(item));
}

function replaceInFields(object: Dict, maps: ReadonlyMap<unknown, unknown>): void {
  for (const key of Object.keys(object)) {
    const own = Object.getOwnPropertyDescriptor(object, key);
    if (own?.writable && maps.has(own.value)) setKey(object, key, maps.get(own.value));
  }
}
