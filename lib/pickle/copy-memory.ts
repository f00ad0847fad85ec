import type { Copier } from './copier.js';
import type { Marker } from './format.js';
import { Memories } from './memories.js';
import { ownerOfMemory } from './registry.js';

/** Enters an ArrayBuffer into the message, as far as a view covers it, or whole. */
export function coverMemory(copier: Copier, buffer: ArrayBufferLike, view?: ArrayBufferView): void {
  const { path } = copier;
  if (!(buffer instanceof ArrayBuffer)) {
    throw path.refuse('a SharedArrayBuffer; use the memory of a SharedMemory');
  }
  if (view instanceof DataView && isDetached(view)) {
    throw path.refuse('a DataView whose ArrayBuffer is detached');
  }
  copier.memories ??= new Memories();
  if (!copier.memories.has(buffer)) {
    const owner = buffer.byteLength > 0 ? ownerOfMemory(buffer) : undefined;
    const mark = owner && (copier.copy(owner) as Marker).index;
    copier.memories.add(buffer, mark);
  }
  if (copier.isMoving) copier.give(buffer);
  copier.memories.cover(buffer, view);
}

function isDetached(view: DataView): boolean {
  try {
    return view.byteLength < 0;
  } catch {
    return true;
  }
}
