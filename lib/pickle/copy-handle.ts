import type { Sendable } from '../_native/index.js';
import type { Copier } from './copier.js';
import { copyCall } from './copy-reduced.js';
import { type Marker, MarkKind } from './format.js';
import { Handle } from './handle.js';
import { type AnyTraveller, idOf } from './registry.js';

const PART = (i: number) => ` (part ${i - 1})`;

/** Hands an object over as its traveller tells. */
export function copyHandle(copier: Copier, object: object, traveller: AnyTraveller): Marker {
  const { give, parts } = traveller;
  const why = traveller.refuse?.(object);
  if (why !== undefined) throw copier.path.refuse(why);
  // Before anything is made to be given.
  const natives = give && nativesOf(copier, traveller);
  const { native, state } = give?.(object) ?? {};
  if (native) checkShared(copier, native, traveller);
  if (parts) {
    const handle = native ? new Handle(native) : null;
    return copyCall(copier, object, [idOf(traveller), handle, ...parts(object)], PART);
  }
  if (!native || !natives) throw new TypeError(`nothing travels of a ${traveller.name}`);
  const attachment = natives.push(native) - 1;
  return copier.remember(
    object,
    copier.mark([MarkKind.handle, idOf(traveller), attachment, state ?? null]),
  );
}

/** Where the message's natives go. */
function nativesOf(copier: Copier, { name, overConnections }: AnyTraveller): Sendable[] {
  if (copier.natives === undefined) {
    throw copier.path.refuse(`a ${name}, which can only be handed to other threads`);
  }
  if (copier.overConnection && !overConnections) {
    throw copier.path.refuse(`a ${name}, which cannot be sent over a connection`);
  }
  return copier.natives;
}

function checkShared(copier: Copier, native: Sendable, { name }: AnyTraveller): void {
  if (copier.isShared && native.shared === false) {
    const instead = `use that of heddle/multiprocessing`;
    throw copier.path.refuse(`a ${name} of this process only, which others cannot use; ${instead}`);
  }
}
