import { PicklingError } from '../errors.js';

/**
 * The error for a function that cannot travel.
 *
 * @param why what stands in the way, as a sentence about the function ("it uses …")
 * @param hint what its author can do about it
 */
export function cannotTravel(fn: object, why: string, hint?: string): PicklingError {
  return new PicklingError(`${nameOf(fn)} cannot travel: ${why}${hint ? `; ${hint}` : ''}`);
}

function nameOf(fn: object): string {
  const kind = isClass(fn) ? 'class' : 'function';
  return `${kind} ${ownName(fn) || '(anonymous)'}`;
}

/** A function's name; '' where it has none, or a static member of that name. */
export function ownName(fn: object): string {
  const name: unknown = Object.getOwnPropertyDescriptor(fn, 'name')?.value;
  return typeof name === 'string' ? name : '';
}

function isClass(fn: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(fn));
}
