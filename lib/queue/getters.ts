import type { NativeChannel } from '../_native/index.js';
import { Empty } from './errors.js';
import { tryTakeItem } from './items.js';
import { Line, type NOT_YET } from './line.js';

/** One thread's promises that wait for a queue's items, first come, first served. */
export class Getters {
  readonly #channel: NativeChannel;
  readonly #line: Line;

  constructor(channel: NativeChannel) {
    this.#channel = channel;
    this.#line = new Line((id) => channel.readableAsync(id, true));
  }

  /**
   * The next item.
   *
   * @param seconds less than 0: for ever
   * @throws Empty, ShutDown, the signal's reason
   */
  wait<T>(seconds: number, signal: AbortSignal | undefined): Promise<T> {
    const attempt = () => tryTakeItem(this.#channel) as T | typeof NOT_YET;
    return this.#line.wait(attempt, seconds, signal, () => new Empty());
  }
}
