import { FillKind, type PackedFills } from './format.js';
import { fillError, type PackedError } from './remote-error.js';
import type { Shells } from './shells.js';
import { symbolOfText } from './symbols.js';

type Fields = Record<PropertyKey, unknown>;

/** Does the fills of a section, those with code of the user's last. */
export function fill(fills: PackedFills | null, shells: Shells | undefined): void {
  if (fills === null) return;
  const each = (kind: number, size: number, act: (...args: never[]) => void) => {
    const list = fills[kind] ?? [];
    for (let i = 0; i < list.length; i += size) act(...(list.slice(i, i + size) as never[]));
  };
  each(FillKind.symbol, 3, (container: Fields, key: string, text: string) =>
    setField(container, key, symbolOfText(text)),
  );
  each(FillKind.classes, 2, setClass);
  each(FillKind.fields, 2, setFields);
  each(FillKind.symbolFields, 2, (object: object, fields: unknown[]) => {
    for (let i = 0; i < fields.length; i += 2) {
      setField(object, symbolOfText(fields[i] as string), fields[i + 1]);
    }
  });
  each(FillKind.entries, 2, addEntries);
  each(FillKind.error, 3, (error: Error, packed: PackedError, fields: object) => {
    setFields(error, fields);
    fillError(error, packed);
  });
  each(FillKind.captures, 2, (fn: object, values: unknown[]) => shells?.fillFunction(fn, values));
  each(FillKind.state, 2, (object: object, [state]: unknown[]) => setState(object, state));
}

function setClass(type: { prototype: object } | null, instances: object[]): void {
  const prototype = type === null ? null : type.prototype;
  for (const instance of instances) Object.setPrototypeOf(instance, prototype);
}

function addEntries(object: Map<unknown, unknown> | Set<unknown>, entries: unknown[]): void {
  if (object instanceof Set) {
    for (const item of entries) Set.prototype.add.call(object, item);
  } else {
    for (let i = 0; i < entries.length; i += 2) {
      Map.prototype.set.call(object, entries[i], entries[i + 1]);
    }
  }
}

/** As Python's `object.__setstate__`, where there is none. */
function setState(object: object, state: unknown): void {
  const { __setstate__: set } = object as { __setstate__?: (state: unknown) => void };
  if (typeof set === 'function') set.call(object, state);
  else if (typeof state === 'object' && state !== null) setFields(object, state);
}

function setFields(object: object, fields: object): void {
  for (const [key, value] of Object.entries(fields)) setField(object, key, value);
}

/** Without asking setters, which the original's constructor was not asked by either. */
function setField(object: object, key: PropertyKey, value: unknown): void {
  const own = { value, writable: true, enumerable: true, configurable: true };
  Object.defineProperty(object, key, own);
}
