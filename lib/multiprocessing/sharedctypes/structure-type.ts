import { wrongType } from '../../_internal/index.js';
import { ValueError } from '../../errors.js';
import { type CType, part } from './c-type.js';
import { ctype, memory, type Typed, typeOf } from './type-of.js';

/** What a structure is made of: pairs of a name and a type, in their order in memory. */
export type Fields = readonly (readonly unknown[])[];

/** What the layout takes of a class of structures. */
export interface Described {
  readonly name: string;
  readonly prototype: object;
  readonly _fields_: Fields;
  readonly _pack_?: number | undefined;
}

interface Field {
  readonly name: string;
  readonly type: CType;
  readonly offset: number;
}

/** Where the fields of a class of structures lie, by the rules of C: ctypes's. */
export class StructureType implements CType {
  readonly name: string;
  readonly size: number;
  readonly alignment: number;
  /** Those of the class that it extends first. */
  readonly fields: readonly Field[];

  /**
   * @param base the class that it extends, unless that is Structure itself
   * @param make the object over that memory
   * @throws TypeError, ValueError
   */
  constructor(
    readonly type: Described,
    base: StructureType | undefined,
    readonly make: (view: DataView) => object,
  ) {
    const fields = [...(base?.fields ?? [])];
    let size = base?.size ?? 0;
    let alignment = base?.alignment ?? 1;
    const most = packOf(type);
    for (const description of Object.hasOwn(type, '_fields_') ? type._fields_ : []) {
      const [name, found] = checkField(description, fields);
      const aligned = Math.min(found.alignment, most);
      const offset = roundUp(size, aligned);
      fields.push({ name, type: found, offset });
      size = offset + found.size;
      alignment = Math.max(alignment, aligned);
    }
    this.name = type.name;
    this.size = roundUp(size, alignment);
    this.alignment = alignment;
    this.fields = fields;
    for (const field of fields.slice(base?.fields.length ?? 0)) addAccessor(type.prototype, field);
  }

  read(view: DataView, offset: number): object {
    return this.make(part(view, offset, this.size));
  }

  /** Takes a structure of the class, an array of its fields' values, or an object with some. */
  write(view: DataView, offset: number, value: unknown): void {
    if (typeof value !== 'object' || value === null) throw wrongType('value', this.name, value);
    if (value instanceof (this.type as unknown as new () => object)) {
      const from = (value as { [memory]: DataView })[memory];
      bytes(view, offset, this.size).set(bytes(from, 0, this.size));
      return;
    }
    const args = Array.isArray(value) ? value : [value];
    // What is not told is 0.
    bytes(view, offset, this.size).fill(0);
    this.initialize(part(view, offset, this.size), args);
  }

  /**
   * Writes the first fields, or as a last argument, a plain object, those that it names.
   *
   * @throws TypeError, ValueError, IndexError
   */
  initialize(view: DataView, args: readonly unknown[]): void {
    const named = isPlain(args.at(-1)) ? (args.at(-1) as Record<string, unknown>) : undefined;
    const values = named ? args.slice(0, -1) : args;
    if (values.length > this.fields.length) throw new TypeError('too many initializers');
    values.forEach((value, i) => {
      const { type, offset } = this.fields[i] as Field;
      type.write(view, offset, value);
    });
    for (const [name, value] of Object.entries(named ?? {})) {
      const index = this.fields.findIndex((field) => field.name === name);
      if (index < 0) throw new TypeError(`${this.name} has no field '${name}'`);
      if (index < values.length) throw new TypeError(`duplicate values for field '${name}'`);
      const { type, offset } = this.fields[index] as Field;
      type.write(view, offset, value);
    }
  }
}

function packOf(type: Described): number {
  const pack = type._pack_;
  if (pack === undefined) return Number.POSITIVE_INFINITY;
  if (!Number.isInteger(pack) || pack < 0) {
    throw new ValueError('_pack_ must be a non-negative integer');
  }
  return pack === 0 ? Number.POSITIVE_INFINITY : pack;
}

function checkField(description: unknown, known: readonly Field[]): [string, CType] {
  const [name, type, ...more] = Array.isArray(description) ? description : [];
  if (typeof name !== 'string' || more.length > 0) {
    throw new TypeError('_fields_ must be an array of pairs: a name and a type');
  }
  if (name === '' || name === 'constructor' || name === '__proto__') {
    throw new ValueError(`a field cannot have the name '${name}'`);
  }
  if (known.some((field) => field.name === name)) {
    throw new ValueError(`there are two fields of the name '${name}'`);
  }
  return [name, typeOf(type as string | Typed)];
}

/** Not enumerable, so that the class can still travel by value. */
function addAccessor(prototype: object, { name, type, offset }: Field): void {
  if (Object.hasOwn(prototype, name)) return;
  Object.defineProperty(prototype, name, {
    configurable: true,
    get(this: { readonly [memory]: DataView }) {
      return type.read(this[memory], offset);
    },
    set(this: { readonly [memory]: DataView }, value: unknown) {
      type.write(this[memory], offset, value);
    },
  });
}

function bytes(view: DataView, offset: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + offset, length);
}

function roundUp(size: number, to: number): number {
  return Math.ceil(size / to) * to;
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || ctype in value) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}
