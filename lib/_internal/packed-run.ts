// biome-ignore lint/suspicious/noExplicitAny: whatever a subclass makes of it
type AnyClass = abstract new (...args: any[]) => object;

interface Runnable {
  run(): unknown;
}

/** An object with a `run()` on the way to where it runs: what that makes its own object of. */
export interface PackedRun {
  // biome-ignore lint/complexity/noBannedTypes: the class of the object, or nothing for the base
  type: Function | null;
  fields: Record<string, unknown>;
  target: ((...args: unknown[]) => unknown) | null;
  args: readonly unknown[];
}

/** Of the options of an object that stands for what runs: its native side. */
export const running = Symbol('running');

/**
 * @param base the class of heddle's own: a subclass travels only if it has a `run()` of its own
 */
export function packRun<T extends Runnable>(
  object: T,
  base: { readonly prototype: T },
  target: ((...args: never[]) => unknown) | undefined,
  args: readonly unknown[],
): PackedRun {
  return {
    type: object.run === base.prototype.run ? null : object.constructor,
    fields: Object.fromEntries(Object.entries(object)),
    target: (target as PackedRun['target']) ?? null,
    args,
  };
}

/**
 * Makes the object again: of the same class, whose constructor is not called, but its base's.
 *
 * @param state what the base's constructor makes of `running`
 */
export function unpackRun<T extends Runnable>(
  { type, fields, target, args }: PackedRun,
  base: AnyClass & { readonly prototype: T },
  state: unknown,
): T {
  const options = { [running]: state, ...(target && { target }), args };
  const made = Reflect.construct(base as never, [options], type ?? base);
  return Object.assign(made, fields) as T;
}
