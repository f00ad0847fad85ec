import { wrongType } from '../../_internal/index.js';
import { ArrayType } from './array-type.js';
import { CArray } from './c-array.js';
import { bytesIn } from './c-type.js';
import { allocate } from './memory.js';
import { SimpleValue } from './simple-value.js';
import { adoptStructure, Structure, type StructureClass } from './structure.js';
import { memory } from './type-of.js';

/**
 * A shared object of its own, equal to another, which need not be shared: what `RawValue` or
 * `RawArray` made, a structure or a typed array.
 *
 * @throws TypeError for anything else; OSError (ENOMEM)
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.sharedctypes.copy
 */
export function copy<T extends object>(obj: T): T;
export function copy(obj: object): unknown {
  const from = memoryOf(obj);
  const view = new DataView(allocate(from.byteLength), 0, from.byteLength);
  bytesIn(view).set(bytesIn(from));
  if (obj instanceof SimpleValue) return new SimpleValue(obj.code, view);
  if (obj instanceof Structure) return adoptStructure(obj.constructor as StructureClass, view);
  if (obj instanceof CArray) return new ArrayType(obj.elementType, obj.length).over(view, 0);
  const type = obj.constructor as new (
    buffer: ArrayBufferLike,
    at: number,
    length: number,
  ) => object;
  return new type(view.buffer, 0, (obj as Uint8Array).length);
}

/**
 * The bytes of an object in C's layout: a Buffer over its memory.
 *
 * @throws TypeError for what is no object of this module, nor a typed array
 */
export function bytesOf(obj: object): Buffer {
  return bytesIn(memoryOf(obj));
}

function memoryOf(obj: unknown): ArrayBufferView {
  if (obj instanceof SimpleValue || obj instanceof Structure || obj instanceof CArray) {
    return obj[memory];
  }
  if (ArrayBuffer.isView(obj) && !(obj instanceof DataView)) return obj;
  throw wrongType('obj', 'a value, a structure or an array of C', obj);
}
