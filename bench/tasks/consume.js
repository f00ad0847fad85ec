import { weigh } from '../workers/messages.js';

/**
 * Gets a number, and then as many items, whose sum it puts; again until the number is 0.
 *
 * @param {{ get(): any }} from
 * @param {{ put(item: any): void }} to
 */
export function consume(from, to) {
  for (;;) {
    const count = from.get();
    if (count === 0) return;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += weigh(from.get());
    to.put(sum);
  }
}
