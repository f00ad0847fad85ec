import { describe } from '../_internal/index.js';
import type { Copier } from './copier.js';
import { FillKind, type Marker, MarkKind } from './format.js';

/** Copies what a reducer says of an object: the object itself is made again by the other side. */
export function copyReduced(
  copier: Copier,
  object: object,
  reduce: (instance: object) => unknown,
): Marker {
  const [callable, args, state] = checked(copier, reduce(object));
  const named = (i: number) => (i === 0 ? ' (its reducer)' : ` (argument ${i - 1} of its reducer)`);
  const marker = copyCall(copier, object, [callable, ...args], named);
  if (state !== undefined && state !== null) {
    const holder: unknown[] = [];
    copier.putAt({ text: ' (its state)' }, holder, 0, state);
    copier.fills.add(FillKind.state, marker, holder);
  }
  return marker;
}

/**
 * Enters an object that the other side makes by a call (make-reduced.ts), before all else.
 *
 * @param call what is called, and the arguments
 * @param nameOf how a path names each of them
 */
export function copyCall(
  copier: Copier,
  object: object,
  call: readonly unknown[],
  nameOf: (index: number) => string,
): Marker {
  // In two steps: the inner sections come first, and this one's number is not known before.
  const record: [3, number] = [MarkKind.reduction, -1];
  const marker = copier.remember(object, copier.mark(record));
  const values: unknown[] = [];
  for (const [i, value] of call.entries()) copier.putAt({ text: nameOf(i) }, values, i, value);
  record[1] = copier.sections.push({ values, where: String(copier.path) }) - 1;
  return marker;
}

function checked(copier: Copier, reduced: unknown): [object, readonly unknown[], unknown] {
  if (!Array.isArray(reduced)) {
    throw copier.path.refuse(`its reducer must return an array, not ${describe(reduced)}`);
  }
  const [callable, args, state] = reduced as unknown[];
  if (typeof callable !== 'function') {
    const what = describe(callable);
    throw copier.path.refuse(`its reducer must return a function or class first, not ${what}`);
  }
  if (args !== undefined && args !== null && !Array.isArray(args)) {
    throw copier.path.refuse(`its reducer must return an array second, not ${describe(args)}`);
  }
  return [callable, args ?? [], state];
}
