import { types } from 'node:util';
import { arrivals, type Callable } from './descriptor.js';

/** Functions whose captured values are not there yet. */
const unfilled = new WeakSet<object>();

/** What classes do when all is there that they can lead to: static blocks may call anything. */
const waiting: { cls: Callable; run: () => void }[] = [];
/** More are left over from what never arrived as a whole. */
const MOST = 100;

export function isMade(fn: Callable): void {
  unfilled.add(fn);
}

/** @param run what the function does when all that it can lead to is there, too */
export function isFilled(fn: Callable, run: (() => void) | undefined): void {
  unfilled.delete(fn);
  if (run !== undefined) waiting.push({ cls: fn, run });
  if (waiting.length === 0) return;
  const ready = waiting.filter(({ cls }) => !leadsToUnfilled(cls, new Set()));
  for (const each of ready) waiting.splice(waiting.indexOf(each), 1);
  if (waiting.length > MOST) waiting.splice(0, waiting.length - MOST);
  for (const each of ready) each.run();
}

function leadsToUnfilled(value: unknown, seen: Set<unknown>): boolean {
  if (!isObject(value) || types.isProxy(value) || seen.has(value)) return false;
  seen.add(value);
  if (typeof value === 'function') {
    if (unfilled.has(value)) return true;
    return (
      arrivals
        .get(value)?.()
        .values.some((inner) => leadsToUnfilled(inner, seen)) ?? false
    );
  }
  const inner = types.isMap(value) ? [...value].flat() : types.isSet(value) ? [...value] : [];
  if (!ArrayBuffer.isView(value)) inner.push(...dataIn(value));
  return inner.some((each) => leadsToUnfilled(each, seen));
}

function* dataIn(owner: object): Generator<unknown> {
  for (const { value } of Object.values(Object.getOwnPropertyDescriptors(owner))) yield value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}
