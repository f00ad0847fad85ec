import { type NativeProcess, waitAsync } from '../_native/index.js';
import type { Process } from './process.js';

/** The processes that this thread has started and that live. */
class Children {
  readonly #living = new Map<Process, NativeProcess>();
  #listens = false;

  // biome-ignore lint/suspicious/noExplicitAny: any process
  add(child: Process<any>, native: NativeProcess): void {
    this.#living.set(child, native);
    if (this.#listens) return;
    this.#listens = true;
    // The program waits for the children that are not daemonic: when the loop has nothing left to
    // do, it is kept alive until the next of them has ended, and then looks again.
    process.on('beforeExit', () => {
      for (const other of this.living()) {
        const awaited = this.#living.get(other) as NativeProcess;
        if (!awaited.daemon) return void waitAsync((id) => awaited.joinAsync(id));
      }
    });
  }

  /** Forgets those that have ended. */
  living(): Process[] {
    for (const [child, native] of this.#living) {
      if (!native.isAlive()) this.#living.delete(child);
    }
    return [...this.#living.keys()];
  }
}

export const children = new Children();
