import { inspect } from 'node:util';
import { registerTraveller } from '../../pickle/index.js';
import type { CType } from './c-type.js';
import type { Assignable, Scalars, TypeCode } from './scalars.js';
import { ctype, memory, typeOf } from './type-of.js';

/**
 * One number, character or boolean in memory that others may share: what `RawValue('i')` makes.
 *
 * @see https://docs.python.org/3.13/library/ctypes.html#ctypes._SimpleCData
 */
export class SimpleValue<C extends TypeCode = TypeCode> {
  readonly #type: CType;
  readonly #view: DataView;

  /** @throws TypeError */
  constructor(
    /** Its type code. */
    readonly code: C,
    view: DataView,
  ) {
    this.#type = typeOf(code);
    this.#view = view;
  }

  /** What is there. Integers that do not fit are cut off, as in C; another type is a TypeError. */
  get value(): Scalars[C] {
    return this.#type.read(this.#view, 0) as Scalars[C];
  }
  set value(value: Assignable<C>) {
    this.#type.write(this.#view, 0, value);
  }

  /** @internal */
  get [memory](): DataView {
    return this.#view;
  }
  /** @internal */
  get [ctype](): CType {
    return this.#type;
  }

  [inspect.custom](): string {
    return `${this.#type.name}(${inspect(this.value)})`;
  }

  static {
    registerTraveller(SimpleValue, {
      name: 'SimpleValue',
      module: 'multiprocessing/sharedctypes',
      parts: (value) => [value.code, value.#view],
      take: (_native, _state, [code, view]) => new SimpleValue(code as TypeCode, view as DataView),
    });
  }
}
