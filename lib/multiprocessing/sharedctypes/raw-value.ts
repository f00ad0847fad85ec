import { type ArrayOf, ArrayType } from './array-type.js';
import { allocate } from './memory.js';
import type { Assignable, TypeCode } from './scalars.js';
import { SimpleValue } from './simple-value.js';
import { adoptStructure, type Structure, type StructureClass, structureType } from './structure.js';
import { typeOf } from './type-of.js';

/**
 * A value of a C type in memory that the program's processes and threads share: whoever it is passed
 * to has the same one. Nothing orders what they do with it: use `Value`, or a lock. The memory is
 * freed when nobody has it any more.
 *
 * @param type a type code (`'i'`, `'d'`, …), a class of structures or an array type
 * @param args what it is at first: nothing (0), a value, or a structure's fields
 * @returns an object with `value` for a type code, a structure, or an array
 * @throws TypeError for a type that is none, and a value that is not of it; ValueError; OSError (ENOMEM)
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.sharedctypes.RawValue
 */
export function RawValue<C extends TypeCode>(type: C, value?: Assignable<C>): SimpleValue<C>;
export function RawValue<S extends Structure>(type: StructureClass<S>, ...args: unknown[]): S;
export function RawValue<E>(type: ArrayType<E>, ...args: unknown[]): ArrayOf<E>;
export function RawValue(type: unknown, ...args: unknown[]): unknown {
  const found = typeOf(type);
  const view = () => new DataView(allocate(found.size), 0, found.size);
  if (typeof type === 'string') {
    if (args.length > 1) {
      throw new TypeError(`expected at most 1 value, got ${args.length}`);
    }
    const value = new SimpleValue(type as TypeCode, view());
    if (args[0] !== undefined) value.value = args[0] as never;
    return value;
  }
  if (found instanceof ArrayType) {
    const array = view();
    if (args.length > 0) found.write(array, 0, args);
    return found.over(array, 0);
  }
  const structure = view();
  structureType(type as never).initialize(structure, args);
  return adoptStructure(type as StructureClass, structure);
}
