import { AsyncLocalStorage } from 'node:async_hooks';
import { EMPTY, type Values } from './values.js';

/**
 * What a piece of running code sees: the values, and whose they are. It is never changed, and each
 * `set` enters another: a continuation keeps the one that it was started with.
 */
export class Frame {
  constructor(
    /** The context that the code was entered with. */
    readonly owner: object,
    readonly values: Values,
  ) {}
}

/** Node carries it along promises, timers and callbacks; it does nothing before the first `enterFrame`. */
const storage = new AsyncLocalStorage<Frame>();

/** What code sees that was not started by any that has entered another. */
let base = new Frame({}, EMPTY);

export function currentFrame(): Frame {
  return storage.getStore() ?? base;
}

/** From here to the end of what runs now, and for what it starts. */
export function enterFrame(frame: Frame): void {
  storage.enterWith(frame);
}

/**
 * To be called when a thread begins a run: it has an empty context. A Worker may run several, and some
 * versions of Node keep what was entered in a native callback for the next.
 */
export function beginContext(): void {
  if (base.values !== EMPTY) base = new Frame({}, EMPTY);
  returnToContext();
}

/** Makes what the running code sees the thread's own, to which `returnToContext()` returns. */
export function keepContext(): void {
  base = currentFrame();
}

/** To be called before something that shall not see what was set since. */
export function returnToContext(): void {
  if (storage.getStore() !== undefined) storage.enterWith(undefined as never);
}
