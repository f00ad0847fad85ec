import { checkInteger } from '../_internal/index.js';
import {
  addon,
  type NativeChannel,
  Outcome,
  type Sendable,
  staging,
  succeeded,
} from '../_native/index.js';
import { adopt } from '../_thread/index.js';
import { takeValue, ValueDelayed } from '../pickle/index.js';
import { Empty, Full, ShutDown } from './errors.js';
import { NOT_YET } from './line.js';

/** Which item is the next: `core::Order` of native/core/pile.h. */
export const Order = { oldestFirst: 0, newestFirst: 1, leastFirst: 2 } as const;

/** A native channel in place of what a constructor is given by users. */
export interface Adopted {
  readonly [adopt]: NativeChannel;
}

/** Where a channel lies, and what it does besides. */
export interface ChannelKind {
  /** In memory that processes share. */
  shared?: boolean;
  /** For `taskDone()` and `join()`. */
  counts?: boolean;
}

/** A new channel. */
export function makeChannel(maxsize: number, order: number, kind: ChannelKind): Adopted {
  const { shared = false, counts = false } = kind;
  return { [adopt]: addon.createChannel(shared, maxsize, order, counts) };
}

/** What a queue's constructor is given: a channel, or the size of a new one. Throws TypeError. */
export function channelFor(
  maxsize: number | Adopted,
  order: number,
  kind: ChannelKind = { counts: true },
): Adopted {
  if (typeof maxsize === 'object' && maxsize !== null) return maxsize;
  checkInteger('maxsize', maxsize);
  return makeChannel(maxsize, order, kind);
}

/** A channel that has come from elsewhere. */
export function adopted(native: Sendable): Adopted {
  return { [adopt]: native as NativeChannel };
}

/**
 * Takes the next item, in the thread that waits for it.
 *
 * @throws Empty, ShutDown, KeyboardInterrupt; what unpacking throws: the item is taken then
 */
export function takeItem(channel: NativeChannel, seconds: number): unknown {
  const item = takeValue(channel, seconds);
  const outcome = staging.taken[staging.OUTCOME] as number;
  if (outcome === Outcome.done) return item;
  if (outcome === Outcome.closed) throw new ShutDown();
  if (outcome === Outcome.timedOut) throw new Empty();
  succeeded(outcome);
  return undefined;
}

/** Takes the next item, if there is one, for a promise. Throws as `takeItem()`, except Empty. */
export function tryTakeItem(channel: NativeChannel): unknown {
  try {
    const item = takeValue(channel, 0);
    const outcome = staging.taken[staging.OUTCOME] as number;
    if (outcome === Outcome.done) return item;
    if (outcome === Outcome.closed) throw new ShutDown();
    return NOT_YET;
  } catch (error) {
    if (error instanceof ValueDelayed) return error.value();
    throw error;
  }
}

/**
 * Looks at what a put came to.
 *
 * @param position the message's position, or minus the outcome
 * @throws Full, ShutDown, KeyboardInterrupt
 */
export function checkPut(position: number): void {
  if (position >= 0) return;
  if (position === -Outcome.closed) throw new ShutDown();
  if (position === -Outcome.timedOut) throw new Full();
  succeeded(-position);
}
