import { isMainThread } from 'node:worker_threads';
import { type NativeProcess, waitAsync } from '../_native/index.js';
import type { Process } from './process.js';

/** The processes that this thread has started and that live. */
class Children {
  readonly #living = new Map<Process, NativeProcess>();
  #listens = false;

  // biome-ignore lint/suspicious/noExplicitAny: any process
  add(child: Process<any>, native: NativeProcess): void {
    this.#living.set(child, native);
    if (this.#listens || isMainThread) return;
    this.#listens = true;
    // A Worker of the user's own waits for its children. For the others the main thread does, where
    // heddle is loaded in it: see threading/exit.ts.
    process.on('beforeExit', () => {
      for (const other of this.living()) {
        const awaited = this.#living.get(other) as NativeProcess;
        if (!awaited.daemon) return void waitAsync((id) => awaited.joinAsync(id));
      }
    });
  }

  /** In a copy of the process: they are not its own. */
  forget(): void {
    this.#living.clear();
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
