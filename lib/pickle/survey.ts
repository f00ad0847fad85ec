import { types } from 'node:util';
import { describe } from '../_internal/index.js';
import { PicklingError } from './errors.js';
import { travellerOf } from './registry.js';

/** Up to so many objects, a scan of an array is faster than a Set. */
const FEW = 24;

/** What a value is made of, and so which codec it needs. */
export interface Survey {
  /** Plain objects, arrays and common primitives only, none of them twice. */
  tree: boolean;
  /** Objects that are replaced on the way (`markers.ts`) lie in it. */
  marked: boolean;
}

/**
 * Looks through a value that is to travel.
 *
 * @throws PicklingError naming the path to what cannot travel
 */
export function survey(value: object): Survey {
  const few: object[] = [];
  let many: Set<object> | undefined;
  const found: Survey = { tree: true, marked: false };

  const look = (item: unknown, path: () => string): void => {
    if (typeof item === 'object' && item !== null) visit(item, path);
    else if (typeof item === 'string') {
      // msgpackr writes UTF-8, which has no lone surrogates.
      if (found.tree && !item.isWellFormed()) found.tree = false;
    } else if (typeof item === 'function' || typeof item === 'symbol') {
      throw new PicklingError(`${path()}: ${describe(item)} cannot travel inside a value`);
    } else if (typeof item === 'bigint' || Object.is(item, -0)) found.tree = false;
  };

  const visit = (object: object, path: () => string): void => {
    if (many ? many.has(object) : few.includes(object)) {
      found.tree = false;
      return;
    }
    if (many) many.add(object);
    else if (few.push(object) > FEW) many = new Set(few);

    if (Array.isArray(object)) {
      for (let i = 0; i < object.length; i++) {
        if (object[i] === undefined && !(i in object)) found.tree = false;
        else look(object[i], () => `${path()}[${i}]`);
      }
      return;
    }
    const prototype = Object.getPrototypeOf(object);
    if (prototype === Object.prototype || prototype === null) {
      if (prototype === null) found.tree = false;
      for (const key in object) {
        if (key === '__proto__') found.tree = false;
        look((object as Record<string, unknown>)[key], () => `${path()}.${key}`);
      }
      return;
    }
    found.tree = false;
    visitOther(object, path);
  };

  const visitOther = (object: object, path: () => string): void => {
    if (travellerOf(object)) found.marked = true;
    else if (types.isMap(object)) {
      for (const [key, item] of object) {
        look(key, () => `${path()} (a key)`);
        look(item, () => `${path()}.get(${describe(key)})`);
      }
    } else if (types.isSet(object)) {
      for (const item of object) look(item, () => `${path()} (an element)`);
    } else if (types.isNativeError(object)) {
      found.marked = true;
      for (const [key, item] of Object.entries(object)) look(item, () => `${path()}.${key}`);
      look(object.cause, () => `${path()}.cause`);
    } else if (!isAtomic(object)) {
      throw new PicklingError(`${path()}: ${describe(object)} cannot travel`);
    }
  };

  visit(value, () => 'value');
  return found;
}

function isAtomic(object: object): boolean {
  return (
    types.isDate(object) ||
    types.isRegExp(object) ||
    ArrayBuffer.isView(object) ||
    types.isArrayBuffer(object)
  );
}
