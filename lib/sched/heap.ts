import { compareEvents, type Event } from './event.js';

/** Events by their order, the next one first: a binary heap. Sequence numbers make the order total. */
export class Heap {
  readonly #events: Event[] = [];

  get first(): Event | undefined {
    return this.#events[0];
  }

  get size(): number {
    return this.#events.length;
  }

  push(event: Event): void {
    this.#events.push(event);
    this.#rise(this.#events.length - 1, event);
  }

  /** Takes the first away. */
  pop(): void {
    this.#removeAt(0);
  }

  /** Whether the event was there. */
  remove(event: Event): boolean {
    const index = this.#events.indexOf(event);
    if (index < 0) return false;
    this.#removeAt(index);
    return true;
  }

  sorted(): Event[] {
    return this.#events.toSorted(compareEvents);
  }

  #removeAt(index: number): void {
    const events = this.#events;
    const last = events.pop() as Event;
    if (index === events.length) return;
    const parent = events[(index - 1) >> 1];
    if (index > 0 && compareEvents(last, parent as Event) < 0) this.#rise(index, last);
    else this.#sink(index, last);
  }

  /** Puts `event` at `from` or, as long as its parent comes after it, in the parent's place. */
  #rise(from: number, event: Event): void {
    const events = this.#events;
    let index = from;
    while (index > 0) {
      const up = (index - 1) >> 1;
      const parent = events[up] as Event;
      if (compareEvents(parent, event) < 0) break;
      events[index] = parent;
      index = up;
    }
    events[index] = event;
  }

  #sink(from: number, event: Event): void {
    const events = this.#events;
    const size = events.length;
    let index = from;
    for (;;) {
      let down = 2 * index + 1;
      if (down >= size) break;
      let child = events[down] as Event;
      const other = events[down + 1];
      if (other !== undefined && compareEvents(other, child) < 0) {
        down += 1;
        child = other;
      }
      if (compareEvents(event, child) < 0) break;
      events[index] = child;
      index = down;
    }
    events[index] = event;
  }
}
