import { inspect } from 'node:util';
import { checkOptions, toSeconds } from '../_internal/index.js';
import { type NativeThread, succeeded, waitAsync } from '../_native/index.js';
import { RuntimeError } from '../errors.js';
import { getIdent } from './ids.js';

/** Bit of `state`. */
const ENDED = 2;

/** @internal Ties a handle to the run that it stands for. */
export let tie: (handle: _ThreadHandle, run: NativeThread) => void;

/** What `startJoinableThread` returns: by it the thread can be joined. */
export class _ThreadHandle {
  #run: NativeThread | undefined;

  /** The thread's number; 0 before the start. */
  get ident(): number {
    return this.#run?.ident ?? 0;
  }

  /** Whether the thread has ended. */
  isDone(): boolean {
    return this.#run !== undefined && (this.#run.state & ENDED) !== 0;
  }

  /**
   * Waits until the thread has ended. **Blocks this thread**, its event loop included; in a server
   * use `joinAsync()`.
   *
   * @param timeout seconds to wait at most; null, left out or less than 0: for ever
   * @throws RuntimeError before the start, and in the thread itself; KeyboardInterrupt
   */
  join(timeout?: number | null): void {
    succeeded(this.#joinable().join(secondsOf(timeout)));
  }

  /** As `join()`, without blocking. Also throws the signal's reason. */
  async joinAsync(options?: { timeout?: number | null; signal?: AbortSignal }): Promise<void> {
    const { timeout, signal } = checkOptions(options, ['timeout', 'signal']);
    const run = this.#joinable();
    await waitAsync((id) => run.joinAsync(id), { seconds: secondsOf(timeout), signal });
  }

  #joinable(): NativeThread {
    if (!this.#run) throw new RuntimeError('thread not started');
    if (this.#run.ident === getIdent()) throw new RuntimeError('Cannot join current thread');
    return this.#run;
  }

  [inspect.custom](): string {
    return `<_thread._ThreadHandle object: ident=${this.ident}>`;
  }

  static {
    tie = (handle, run) => {
      handle.#run = run;
    };
  }
}

function secondsOf(timeout: number | null | undefined): number {
  return toSeconds(typeof timeout === 'number' && timeout < 0 ? null : timeout);
}
