import { types } from 'node:util';

/** What structured clone knows how to copy, and what a class of the user's may extend. */
export interface Builtin {
  readonly kind: 'array' | 'map' | 'set' | 'error' | 'view' | 'buffer' | 'whole';
  /** Whether an object really is one, rather than made to look like it. */
  is(value: unknown): boolean;
}

const builtins = new Map<object, Builtin>();

function add(type: { prototype: object }, kind: Builtin['kind'], is: Builtin['is']): void {
  builtins.set(type.prototype, { kind, is });
}
add(Array, 'array', Array.isArray);
add(Map, 'map', types.isMap);
add(Set, 'set', types.isSet);
add(Date, 'whole', types.isDate);
add(RegExp, 'whole', types.isRegExp);
add(ArrayBuffer, 'buffer', types.isArrayBuffer);
for (const type of [Number, String, Boolean, BigInt]) {
  add(type, 'whole', (value) => types.isBoxedPrimitive(value) && !types.isSymbolObject(value));
}

/** The classes of views, by the number that stands for them in a message. */
const viewClasses: readonly (ViewClass | undefined)[] = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'DataView',
  'Buffer',
  'Float16Array', // Since Node 24.
].map((name) => (globalThis as unknown as Record<string, ViewClass>)[name]);
type ViewClass = new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView;

const BUFFER = viewClasses.indexOf(Buffer as unknown as ViewClass);
const numbers = new Map(viewClasses.map((type, i) => [type?.name, i]));
const tagOf = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get as () => string | undefined;

for (const type of viewClasses) if (type) add(type, 'view', ArrayBuffer.isView);

export function numberOfViewClass(view: ArrayBufferView): number {
  if (Buffer.isBuffer(view)) return BUFFER;
  return numbers.get(tagOf.call(view) ?? 'DataView') as number;
}

/** How many elements a view has. */
export function lengthOfView(view: ArrayBufferView): number {
  return view instanceof DataView ? view.byteLength : (view as Uint8Array).length;
}

export function makeView(
  type: number,
  buffer: ArrayBuffer,
  offset: number,
  length: number,
): ArrayBufferView {
  if (type === BUFFER) return Buffer.from(buffer, offset, length);
  const found = viewClasses[type];
  if (!found) throw new TypeError('this Node does not have the class of a typed array');
  return new found(buffer, offset, length);
}

/** The builtin whose own prototype this is. */
export function builtinOf(prototype: object): Builtin | undefined {
  return builtins.get(prototype);
}

/** For the errors, whose classes are many. */
export function addErrorPrototype(prototype: object): void {
  builtins.set(prototype, { kind: 'error', is: types.isNativeError });
}
