import { types } from 'node:util';
import { DefaultDeserializer, DefaultSerializer } from 'node:v8';
import type { Sendable } from '../_native/index.js';
import { travellerNamed, travellerOf } from './registry.js';
import { type PackedError, packError, unpackError } from './remote-error.js';

/** What travels in place of an object that structured clone cannot take. */
type Content =
  | { kind: 'handle'; name: string; index: number; state: unknown }
  | { kind: 'error'; error: PackedError };

/**
 * Stands for such an object in a copy of the value. A typed array, since those are what
 * `v8.Serializer` asks us about.
 */
class Marker extends Uint8Array {
  constructor(readonly content: Content) {
    super(0);
  }
}

const MARKER = 0;
const VIEW = 1;

// The two classes that Node's own serializers are made of leave these methods untyped.
type HostObjects = {
  _writeHostObject(view: ArrayBufferView): void;
  _readHostObject(): unknown;
};

class GraphSerializer extends DefaultSerializer {
  _writeHostObject(view: ArrayBufferView): void {
    if (view instanceof Marker) {
      this.writeUint32(MARKER);
      this.writeValue(view.content);
    } else {
      this.writeUint32(VIEW);
      (DefaultSerializer.prototype as unknown as HostObjects)._writeHostObject.call(this, view);
    }
  }
}

class GraphDeserializer extends DefaultDeserializer {
  constructor(
    bytes: Uint8Array,
    readonly attachments: Sendable[],
  ) {
    super(bytes);
  }

  _readHostObject(): unknown {
    if (this.readUint32() === VIEW) {
      const inherited = DefaultDeserializer.prototype as unknown as HostObjects;
      return detached(inherited._readHostObject.call(this) as ArrayBufferView);
    }
    const content = this.readValue() as Content;
    if (content.kind === 'error') return unpackError(content.error);
    const native = this.attachments[content.index] as Sendable;
    return travellerNamed(content.name).take(native, content.state);
  }
}

/** Node reads a view as a view of the message itself. */
function detached(view: ArrayBufferView): ArrayBufferView {
  if (Buffer.isBuffer(view)) return Buffer.from(view);
  if (view instanceof DataView) {
    const { buffer, byteOffset, byteLength } = view;
    return new DataView(buffer.slice(byteOffset, byteOffset + byteLength));
  }
  return (view as Uint8Array).slice();
}

/**
 * Packs a value with cycles, objects that occur twice, and the classes of structured clone. What
 * the survey calls marked is replaced first; natives go to `attachments`.
 */
export function packGraph(value: unknown, marked: boolean, attachments: Sendable[]): Buffer {
  const serializer = new GraphSerializer();
  serializer.writeHeader();
  serializer.writeValue(marked ? substitute(value, attachments) : value);
  return serializer.releaseBuffer();
}

export function unpackGraph(bytes: Uint8Array, attachments: Sendable[]): unknown {
  const deserializer = new GraphDeserializer(bytes, attachments);
  deserializer.readHeader();
  return deserializer.readValue();
}

/** A copy of the value's containers with markers in place of what cannot be cloned. */
function substitute(value: unknown, attachments: Sendable[]): unknown {
  const copies = new Map<object, unknown>();

  const copy = (item: unknown): unknown => {
    if (typeof item !== 'object' || item === null) return item;
    const known = copies.get(item);
    if (known !== undefined) return known;
    return copyObject(item);
  };

  const remember = <T>(original: object, made: T): T => {
    copies.set(original, made);
    return made;
  };

  const copyObject = (object: object): unknown => {
    if (Array.isArray(object)) {
      const array: unknown[] = remember(object, new Array(object.length));
      for (const key of Object.keys(object)) array[Number(key)] = copy(object[Number(key)]);
      return array;
    }
    const traveller = travellerOf(object);
    if (traveller) {
      const { native, state } = traveller.give(object);
      const index = attachments.push(native) - 1;
      return remember(
        object,
        new Marker({ kind: 'handle', name: traveller.name, index, state: state ?? null }),
      );
    }
    if (types.isNativeError(object)) {
      const error = packError(object);
      const marker = remember(object, new Marker({ kind: 'error', error }));
      error.cause = copy(error.cause);
      error.fields = copy(error.fields) as PackedError['fields'];
      return marker;
    }
    if (types.isMap(object)) {
      const map = remember(object, new Map<unknown, unknown>());
      for (const [key, item] of object) map.set(copy(key), copy(item));
      return map;
    }
    if (types.isSet(object)) {
      const set = remember(object, new Set<unknown>());
      for (const item of object) set.add(copy(item));
      return set;
    }
    const prototype = Object.getPrototypeOf(object);
    if (prototype !== Object.prototype && prototype !== null) return remember(object, object);
    const plain: Record<string, unknown> = remember(object, {});
    for (const [key, item] of Object.entries(object)) {
      Object.defineProperty(plain, key, {
        value: copy(item),
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    return plain;
  };

  return copy(value);
}
