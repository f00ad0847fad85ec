import { checkOptions } from '../../_internal/index.js';
import type { ArrayOf, ArrayType } from './array-type.js';
import { RawValue } from './raw-value.js';
import type { Assignable, TypeCode } from './scalars.js';
import type { SimpleValue } from './simple-value.js';
import type { Structure, StructureClass } from './structure.js';
import { type SynchronizedOf, synchronized } from './synchronize.js';
import type { Synchronized } from './synchronized.js';
import { checkLock, type Guardian } from './synchronized-base.js';

/** Options of `Value` and `Array`. */
export interface LockOptions {
  /** True (default) or null: a new RLock; false: none, the raw object; or a lock to use. */
  lock?: boolean | Guardian | null;
}
interface Unlocked {
  lock: false;
}

/**
 * A shared value with a lock: `RawValue(type, …args)`, guarded.
 *
 * @param type a type code (`'i'`, `'d'`, …), a class of structures or an array type
 * @param args what it is at first, and last the options, a plain object: `Value('i', 5, { lock })`
 * @returns an object with `value` for a type code, with the fields for a structure
 * @throws TypeError for a type that is none, a value that is not of it, what is no lock, or an
 *   unknown option; ValueError; OSError (ENOMEM)
 * @example
 * const counter = Value('i', 0);
 * counter.with(() => { counter.value += 1; });
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.Value
 */
export function Value<C extends TypeCode>(type: C, options: Unlocked): SimpleValue<C>;
export function Value<C extends TypeCode>(
  type: C,
  value: Assignable<C>,
  options: Unlocked,
): SimpleValue<C>;
export function Value<C extends TypeCode>(type: C, options?: LockOptions): Synchronized<C>;
export function Value<C extends TypeCode>(
  type: C,
  value: Assignable<C>,
  options?: LockOptions,
): Synchronized<C>;
export function Value<S extends Structure>(
  type: StructureClass<S>,
  ...args: unknown[]
): SynchronizedOf<S>;
export function Value<E>(
  type: ArrayType<E>,
  ...args: unknown[]
): SynchronizedOf<ArrayOf<E> & object>;
export function Value(type: unknown, ...args: unknown[]): unknown {
  const last = args.at(-1);
  const isOptions =
    typeof last === 'object' && last !== null && Object.getPrototypeOf(last) === Object.prototype;
  const options = isOptions ? (args.pop() as LockOptions) : undefined;
  return guard(() => RawValue(type as TypeCode, ...(args as [])), options);
}

/** What `make` makes, with the lock that the options say. */
export function guard(make: () => object, options: LockOptions | undefined): unknown {
  const { lock } = checkOptions(options, ['lock']);
  if (lock === false) return make();
  if (lock === undefined || lock === null || lock === true) return synchronized(make());
  return synchronized(make(), checkLock(lock));
}
