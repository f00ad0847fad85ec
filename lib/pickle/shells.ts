import type { Sendable } from '../_native/index.js';
import { classOf, rememberClass } from './class-identity.js';
import { MarkKind, type MarkRecord } from './format.js';
import { type Callable, ModulesNeeded, type Shell } from './functions/index.js';
import { makeReduced } from './make-reduced.js';
import { rebuiltFunction } from './rebuilt-function.js';
import { travellerNamed } from './registry.js';
import { emptyError, errorPrototypeNamed } from './remote-error.js';

/** What the marks of a message stand for, at first empty. */
export class Shells {
  readonly #made: unknown[] = [];
  /** The functions whose captured values have not been filled in. */
  readonly #hollow = new Map<unknown, { shell: Shell; identity: string | null }>();
  /** What reducers' callables have returned, by section. */
  readonly #reduced: object[] = [];

  /** @throws ModulesNeeded */
  constructor(
    readonly codes: readonly string[],
    readonly marks: readonly MarkRecord[],
    readonly natives: readonly Sendable[],
  ) {
    const missing = new Set<string>();
    for (let i = 0; i < marks.length; i++) {
      if (marks[i]?.[0] !== MarkKind.function) continue;
      try {
        this.at(i);
      } catch (error) {
        if (!(error instanceof ModulesNeeded)) throw error;
        for (const url of error.urls) missing.add(url);
      }
    }
    if (missing.size > 0) throw new ModulesNeeded([...missing]);
  }

  at(index: number): object {
    const known = this.#made[index] as object | undefined;
    if (known !== undefined) return known;
    const record = this.marks[index];
    if (!record) throw new RangeError(`no mark ${index}`);
    const made = this.#make(record);
    this.#made[index] = made;
    return made;
  }

  #make(record: MarkRecord): object {
    switch (record[0]) {
      case MarkKind.function:
        return this.#makeFunction(record);
      case MarkKind.handle: {
        const [, name, attachment, state] = record;
        return travellerNamed(name).take(this.natives[attachment] as Sendable, state, []) as object;
      }
      case MarkKind.error:
        return emptyError();
      case MarkKind.reduction: {
        const made = this.#reduced[record[1]];
        if (!made) throw new RangeError('an object is needed before it can be made');
        return made;
      }
      default: {
        // Where its module is not loaded, an error is just an error.
        const prototype = errorPrototypeNamed(record[1]) ?? Error.prototype;
        return prototype.constructor;
      }
    }
  }

  #makeFunction([, code, baseMark, identity, count]: Extract<
    MarkRecord,
    [0, ...unknown[]]
  >): Callable {
    const known = identity === null ? undefined : classOf(identity);
    if (known) return known;
    const base = baseMark < 0 ? undefined : (this.at(baseMark) as Callable);
    const shell = rebuiltFunction(this.codes[code] as string, base);
    this.#hollow.set(shell.fn, { shell, identity });
    if (count === 0) this.fillFunction(shell.fn, []);
    return shell.fn;
  }

  /** Gives a function what it captured. A class that was here before has it. */
  fillFunction(fn: unknown, values: readonly unknown[]): void {
    const hollow = this.#hollow.get(fn);
    this.#hollow.delete(fn);
    hollow?.shell.fill(values);
    if (hollow && hollow.identity !== null) rememberClass(hollow.identity, hollow.shell.fn);
  }

  /** Calls a reducer's callable. */
  reduce(section: number, values: readonly unknown[]): void {
    this.#reduced[section] = makeReduced(values);
  }

  /** The memory that the handle of this mark shares with the other side. */
  memoryOf(mark: number): ArrayBuffer {
    const record = this.marks[mark];
    const buffer = record?.[0] === MarkKind.handle && travellerNamed(record[1]).buffer;
    if (!buffer) throw new TypeError('a handle that has no memory');
    return buffer(this.at(mark));
  }
}
