import { inspect } from 'node:util';
import { checkInteger, wrongType } from '../../_internal/index.js';
import { ValueError } from '../../errors.js';
import { registerTraveller } from '../../pickle/index.js';
import type { CType } from './c-type.js';
import { type Fields, StructureType } from './structure-type.js';
import { ctype, memory } from './type-of.js';

/** A class of structures. */
export interface StructureClass<S extends Structure = Structure> {
  new (...values: never[]): S;
  readonly prototype: S;
  readonly name: string;
  readonly _fields_: Fields;
  readonly _pack_?: number | undefined;
}

const types = new WeakMap<object, StructureType>();

/** Memory for an object, where it is not to have its own. */
class Over {
  constructor(readonly view: DataView) {}
}

/**
 * The base of C's structures, with the layout that a C compiler and ctypes give them: `_fields_` has
 * the names and types of the fields, a type being a type code, another class of structures or an
 * `arrayOf(type, length)`; `_pack_` is the largest alignment, if there shall be one. Each field is
 * then a property of the instances. A class that extends one with fields has these first.
 *
 * `new Point(1, 2)` makes one in memory of its own; passed to others it is copied.
 * `RawValue(Point, 1, 2)` and `Value` make one that is shared.
 *
 * Differs from CPython: a field of arrays is a typed array over the memory where there is one for
 * its type. There are no bit fields and no pointers.
 *
 * @example
 * class Point extends Structure {
 *   static _fields_ = [['x', 'd'], ['y', 'd']];
 * }
 * const point = Value(Point, 1.5, 2);
 * point.with(() => { point.x += 1; });
 *
 * @see https://docs.python.org/3.13/library/ctypes.html#structures-and-unions
 */
export class Structure {
  /** Names and types of the fields, in their order in memory. */
  static readonly _fields_: Fields = [];
  /** The largest alignment of a field, in bytes. */
  static readonly _pack_: number | undefined = undefined;

  readonly #view: DataView;

  /**
   * @param values the first fields' values; as a last one a plain object may name fields
   * @throws TypeError for wrong types, unknown fields or too many values; ValueError for `_fields_`
   *   that cannot be, and for text that is too long
   */
  constructor(...values: unknown[]) {
    const type = structureType(new.target);
    if (values[0] instanceof Over) {
      this.#view = values[0].view;
    } else {
      this.#view = new DataView(new ArrayBuffer(type.size));
      type.initialize(this.#view, values);
    }
  }

  /**
   * A structure of this class over memory that is there: an ArrayBuffer or a view of one, such as
   * `SharedMemory.buf`.
   *
   * @param offset bytes from the memory's beginning; any
   * @throws TypeError for what is no memory; ValueError if it is too small
   */
  static fromBuffer<S extends Structure>(
    this: StructureClass<S>,
    source: ArrayBuffer | ArrayBufferView,
    offset = 0,
  ): S {
    const isView = ArrayBuffer.isView(source);
    if (!isView && !(source instanceof ArrayBuffer)) {
      throw wrongType('source', 'an ArrayBuffer or a view of one', source);
    }
    checkInteger('offset', offset);
    if (offset < 0) throw new ValueError('offset cannot be negative');
    // biome-ignore lint/complexity/noThisInStatic: the class that it is called on
    const type = this as StructureClass<S>;
    const { size } = structureType(type);
    if (size > source.byteLength - offset) {
      throw new ValueError(
        `Buffer size too small (${source.byteLength} instead of at least ${size + offset} bytes)`,
      );
    }
    const buffer = isView ? source.buffer : source;
    return adoptStructure(
      type,
      new DataView(buffer, (isView ? source.byteOffset : 0) + offset, size),
    );
  }

  static get [ctype](): CType {
    // biome-ignore lint/complexity/noThisInStatic: the class that extends this one
    return structureType(this);
  }
  /** @internal */
  get [memory](): DataView {
    return this.#view;
  }

  [inspect.custom](): string {
    const { name, fields } = structureType(this.constructor);
    const values = fields.map(
      (field) => `${field.name}: ${inspect(field.type.read(this.#view, field.offset))}`,
    );
    return `${name} { ${values.join(', ')} }`;
  }

  static {
    registerTraveller(Structure, {
      name: 'Structure',
      module: 'multiprocessing/sharedctypes',
      inherits: true,
      parts: (structure) => [structure.constructor, structure.#view],
      take: (_native, _state, [type, view]) =>
        adoptStructure(type as StructureClass, view as DataView),
    });
  }
}

/** The layout of a class of structures. */
// biome-ignore lint/complexity/noBannedTypes: an instance's constructor is just a function
export function structureType(type: Function): StructureType {
  const known = types.get(type);
  if (known) return known;
  const base = Object.getPrototypeOf(type);
  const described = type as unknown as StructureClass;
  const made = new StructureType(
    described,
    type === Structure || base === Structure ? undefined : structureType(base),
    (view) => adoptStructure(described, view),
  );
  types.set(type, made);
  return made;
}

/** One over that memory. Neither the class's own constructor nor its fields' initialisers run. */
export function adoptStructure<S extends Structure>(type: StructureClass<S>, view: DataView): S {
  return Reflect.construct(Structure, [new Over(view)], type) as S;
}
