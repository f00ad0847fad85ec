import { wrongType } from '../../_internal/index.js';
import { AssertionError } from '../../errors.js';
import { registerTraveller } from '../../pickle/index.js';
import { CArray } from './c-array.js';
import { CharArray } from './char-array.js';
import { SimpleValue } from './simple-value.js';
import { Structure, structureType } from './structure.js';
import { Synchronized } from './synchronized.js';
import { SynchronizedArray } from './synchronized-array.js';
import { type Guardian, SynchronizedBase } from './synchronized-base.js';
import { SynchronizedString } from './synchronized-string.js';

/** The object with its lock that guards an object of a type. */
export type SynchronizedOf<T extends object> =
  T extends SimpleValue<infer C>
    ? Synchronized<C>
    : T extends CharArray
      ? SynchronizedString
      : T extends Structure
        ? SynchronizedBase<T> & Omit<T, keyof Structure>
        : SynchronizedArray<T>;

type AnyClass = new (obj: never, lock?: Guardian | null) => SynchronizedBase;

/** The classes for the classes of structures. */
const classes = new WeakMap<object, AnyClass>();

/**
 * Guards what `RawValue`, `RawArray` or `copy` made with a lock: gives an object with the same
 * properties, of which each access holds the lock. Passed to others both are shared.
 *
 * @param obj the object; what is not shared is copied where it is passed to another
 * @param lock a lock; left out or null: a new RLock
 * @throws AssertionError for what is guarded already; TypeError for another object, or what is no lock
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.sharedctypes.synchronized
 */
export function synchronized<T extends object>(obj: T, lock?: Guardian | null): SynchronizedOf<T> {
  const made = new (classFor(obj))(obj as never, lock);
  return made as unknown as SynchronizedOf<T>;
}

function classFor(obj: object): AnyClass {
  if (obj instanceof SynchronizedBase) throw new AssertionError('object already synchronized');
  if (obj instanceof SimpleValue) return Synchronized;
  if (obj instanceof CharArray) return SynchronizedString;
  if (obj instanceof CArray) return SynchronizedArray;
  if (obj instanceof Structure) return structureClassFor(obj.constructor);
  if (ArrayBuffer.isView(obj) && !(obj instanceof DataView)) return SynchronizedArray;
  throw wrongType('obj', 'a value, a structure or an array of C', obj);
}

/** With a property for each field. */
// biome-ignore lint/complexity/noBannedTypes: an instance's constructor is just a function
function structureClassFor(type: Function): AnyClass {
  const known = classes.get(type);
  if (known) return known;
  const made = class extends SynchronizedBase<Record<string, unknown>> {};
  Object.defineProperty(made, 'name', { value: `Synchronized${type.name}` });
  for (const { name } of structureType(type).fields) {
    Object.defineProperty(made.prototype, name, {
      configurable: true,
      get(this: SynchronizedBase<Record<string, unknown>>) {
        return this.with(() => this.getObj()[name]);
      },
      set(this: SynchronizedBase<Record<string, unknown>>, value: unknown) {
        this.with(() => {
          this.getObj()[name] = value;
        });
      },
    });
  }
  classes.set(type, made);
  return made;
}

registerTraveller(SynchronizedBase, {
  name: 'SynchronizedBase',
  module: 'multiprocessing/sharedctypes',
  inherits: true,
  parts: (guarded) => [guarded.getObj(), guarded.getLock()],
  take: (_native, _state, [obj, lock]) =>
    synchronized(obj as object, lock as Guardian) as unknown as SynchronizedBase,
});
