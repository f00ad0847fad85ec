import { wrongType } from '../../_internal/index.js';
import type { CType } from './c-type.js';
import { scalars } from './scalars.js';

/** @internal Where types that are objects have their CType. */
export const ctype = Symbol('ctype');

/** @internal Where objects over memory have it, as a DataView. */
export const memory = Symbol('memory');

/** The type that a code, a class of structures or an array type stands for. @throws TypeError */
export function typeOf(type: unknown): CType {
  const found = typeof type === 'string' ? scalars.get(type) : (type as Typed | null)?.[ctype];
  if (found) return found;
  throw wrongType('type', `a type code (${[...scalars.keys()].join(', ')}) or a type`, type);
}

/** What has a CType. */
export interface Typed {
  readonly [ctype]: CType;
}
