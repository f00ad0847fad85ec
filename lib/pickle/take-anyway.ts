import type { NativeChannel } from '../_native/index.js';
import { takeValue } from './codec.js';
import { ValueDelayed } from './value-delayed.js';

/** Stands for a value that could not be rebuilt. */
export class Unreadable {
  constructor(readonly error: unknown) {}
}

/**
 * As `takeValue`, for who has to answer for a message whatever its value is: the message is taken,
 * and what is told about it holds, also where the value cannot be rebuilt.
 *
 * @returns the value, a ValueDelayed that can wait for it, or why it is Unreadable
 */
export function takeAnyway(channel: NativeChannel, seconds: number): unknown {
  try {
    return takeValue(channel, seconds);
  } catch (error) {
    return error instanceof ValueDelayed ? error : new Unreadable(error);
  }
}
