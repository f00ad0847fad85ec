import { addon } from '../_native/index.js';
import { boot, dismiss, type Seat } from './boot.js';

/** Starts within this time of each other call for spares, and keep them. Milliseconds. */
const RECENT = 1000;
/** After this time without a start the spares are ended. Milliseconds. */
const IDLE = 3000;

/**
 * Processes that are booted ahead for a thread that starts one after another, so that a start does
 * not wait for Node's boot. The first start of a program makes none, and they are ended when nobody
 * has started anything for some seconds.
 */
class Spares {
  #seats: Seat[] = [];
  /** What the spares have taken over from this process when they were started. */
  #inherited = '';
  /** When the last starts were. */
  #recent: number[] = [];
  #idle: NodeJS.Timeout | undefined;

  /** A process that waits for what it shall do; undefined if there is none. */
  take(): Seat | undefined {
    const inherited = whatChildrenInherit();
    if (inherited !== this.#inherited) this.#drop();
    this.#inherited = inherited;
    let seat = this.#seats.shift();
    while (seat && !seat.child.isAlive()) seat = this.#seats.shift();
    return seat;
  }

  /** To be called after each start. */
  refill(): void {
    const now = performance.now();
    this.#recent = [...this.#recent, now].filter((moment) => now - moment < RECENT).slice(-3);
    const wanted = Math.min(this.#recent.length - 1, addon.usableCores(), 2);
    try {
      while (this.#seats.length < wanted) this.#seats.push(boot());
    } catch {
      // The system has no room for more: then there are none.
    }
    if (this.#seats.length === 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#drop(), IDLE).unref();
  }

  /** In a copy of the process: they are not its own. */
  forget(): void {
    this.#seats = [];
  }

  #drop(): void {
    for (const seat of this.#seats) dismiss(seat);
    this.#seats = [];
  }
}

/** What a child has from its parent without being told, and a spare would have as it was. */
function whatChildrenInherit(): string {
  return JSON.stringify([process.cwd(), process.execPath, process.execArgv, process.env]);
}

export const spares = new Spares();
