import type { Copier } from './copier.js';
import { copyCall } from './copy-reduced.js';
import { type Marker, MarkKind } from './format.js';
import { Handle } from './handle.js';
import { type AnyTraveller, idOf } from './registry.js';

const PART = (i: number) => ` (part ${i - 1})`;

/** Hands a native object over, with what its traveller tells of it. */
export function copyHandle(copier: Copier, object: object, traveller: AnyTraveller): Marker {
  const { name, give, parts } = traveller;
  if (copier.natives === undefined) {
    throw copier.path.refuse(`a ${name}, which can only be handed to other threads`);
  }
  const { native, state } = give(object);
  if (copier.isShared && native.shared === false) {
    const instead = `use that of heddle/multiprocessing`;
    throw copier.path.refuse(`a ${name} of this process only, which others cannot use; ${instead}`);
  }
  if (parts) {
    return copyCall(copier, object, [idOf(traveller), new Handle(native), ...parts(object)], PART);
  }
  const attachment = copier.natives.push(native) - 1;
  return copier.remember(
    object,
    copier.mark([MarkKind.handle, idOf(traveller), attachment, state ?? null]),
  );
}
