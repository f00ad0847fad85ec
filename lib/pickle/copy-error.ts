import type { Copier, Fields } from './copier.js';
import { addState, addSymbolFields } from './copy-instance.js';
import { PicklingError } from './errors.js';
import { FillKind, type Marker, MarkKind } from './format.js';
import type { Callable } from './functions/index.js';
import type { Plan } from './plan.js';
import { nameOfErrorClass, packError } from './remote-error.js';

/** Thrown when the copying has to begin again, now that `unsendable` is known to be so. */
export class Again {
  constructor(readonly unsendable: Callable) {}
}

const ERROR: readonly string[] = ['message', 'stack', 'cause'];

/** Copies an error. It must arrive, so where its class cannot travel the next that it extends does. */
export function copyError(
  copier: Copier,
  error: Error,
  { classes, root, hasState }: Extract<Plan, { how: 'copy' }>,
): Marker {
  const marker = copier.remember(error, copier.mark([MarkKind.error]));
  const type = classes.find((found) => !copier.unsendable.has(found));
  const name = nameOfErrorClass(root as object);
  if (type) copier.fills.add(FillKind.classes, marker, copyClass(copier, type));
  else if (name !== 'Error') {
    copier.fills.add(FillKind.classes, marker, copier.mark([MarkKind.errorClass, name]));
  }
  const record: Fields = {};
  for (const [key, item] of Object.entries(packError(error))) {
    copier.putAt(key, record, key, item);
  }
  // What its class would have said.
  if (type !== error.constructor && classes.length > 0) record.lostName = record.name;
  const fields = {};
  if (hasState) addState(copier, error, marker);
  else {
    const keys = Object.keys(error).filter((key) => !ERROR.includes(key));
    copier.copyFields(error, fields, keys);
    addSymbolFields(copier, error, marker);
  }
  copier.fills.add(FillKind.error, marker, record, fields);
  return marker;
}

function copyClass(copier: Copier, type: Callable): unknown {
  try {
    return copier.copy(type);
  } catch (error) {
    if (!(error instanceof PicklingError)) throw error;
    throw new Again(type);
  }
}
