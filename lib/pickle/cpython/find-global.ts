import { describe } from '../../_internal/index.js';
import { UnpicklingError } from '../errors.js';
import { isClass } from '../make-reduced.js';
import { allowedGlobal, describeOnly, type Maker, makerOfAllowed } from './globals.js';
import { modernName } from './old-names.js';
import { PythonGlobal } from './python-global.js';
import { PythonObject } from './python-object.js';

/** Gives what stands for a global; undefined for the default. */
export type FindGlobal = (
  module: string,
  name: string,
  // biome-ignore lint/suspicious/noExplicitAny: whatever the arguments are
) => ((...args: any[]) => unknown) | (abstract new (...args: any[]) => object) | undefined;

type Construct = new (...args: unknown[]) => object;
type Call = (...args: unknown[]) => unknown;

/** More arguments than this can overflow the stack of a call. */
const MOST_ARGUMENTS = 10_000;

/** The globals of one pickle: those that every pickle may have, and the user's. */
export class Globals {
  readonly #find: FindGlobal | undefined;
  readonly #found = new Map<string, PythonGlobal>();
  readonly #makers = new Map<PythonGlobal, Maker>();
  /** What the user's classes and functions have made: what a state may be given to. */
  readonly made = new Set<object>();

  constructor(find: FindGlobal | undefined) {
    this.#find = find;
  }

  /** @throws UnpicklingError for what is not allowed */
  find(oldModule: string, oldName: string, isOld: boolean): PythonGlobal {
    const [module, name] = isOld ? modernName(oldModule, oldName) : [oldModule, oldName];
    const found = (this.#find && this.#ofUser(module, name)) ?? allowedGlobal(module, name);
    if (found) return found;
    throw new UnpicklingError(`global '${module}.${name}' is forbidden`);
  }

  #ofUser(module: string, name: string): PythonGlobal | undefined {
    const full = `${module} ${name}`;
    const known = this.#found.get(full);
    if (known) return known;
    const found = this.#find?.(module, name);
    if (found === undefined || found === null) return undefined;
    if (typeof found !== 'function') {
      throw new UnpicklingError(`findGlobal must return a function, not ${describe(found)}`);
    }
    const made = new PythonGlobal(module, name);
    this.#found.set(full, made);
    this.#makers.set(made, (found as unknown) === PythonObject ? describeOnly : this.#by(found));
    return made;
  }

  #by(callable: object): Maker {
    const construct = isClass(callable);
    return (args) => {
      if (args.length > MOST_ARGUMENTS) throw new UnpicklingError('too many arguments of a call');
      const made = construct ? new (callable as Construct)(...args) : (callable as Call)(...args);
      if (typeof made === 'object' && made !== null) this.made.add(made);
      // None, as everywhere.
      return made === undefined ? null : made;
    };
  }

  /** @throws UnpicklingError for what is no type, or is not made by calls */
  makerOf(type: unknown): Maker {
    if (!(type instanceof PythonGlobal)) {
      throw new UnpicklingError(`${describe(type)} is not callable`);
    }
    const maker = this.#makers.get(type) ?? makerOfAllowed(type);
    if (!maker) throw new UnpicklingError(`calling '${type}' is forbidden`);
    return maker;
  }
}
