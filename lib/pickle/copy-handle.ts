import type { Copier } from './copier.js';
import { type Marker, MarkKind } from './format.js';
import { type AnyTraveller, idOf } from './registry.js';

/** Hands a native object over, with what its traveller tells of it. */
export function copyHandle(copier: Copier, object: object, traveller: AnyTraveller): Marker {
  const { name, give } = traveller;
  if (copier.natives === undefined) {
    throw copier.path.refuse(`a ${name}, which can only be handed to other threads`);
  }
  const { native, state } = give(object);
  if (copier.isShared && native.shared === false) {
    const instead = `use that of heddle/multiprocessing`;
    throw copier.path.refuse(`a ${name} of this process only, which others cannot use; ${instead}`);
  }
  const attachment = copier.natives.push(native) - 1;
  return copier.remember(
    object,
    copier.mark([MarkKind.handle, idOf(traveller), attachment, state ?? null]),
  );
}
