import { RuntimeError } from '../errors.js';
import { Thread } from './thread.js';

/** The thread that the program began with. */
export class _MainThread extends Thread {}

/**
 * A thread that threading has not started, and that has asked for itself: a Worker of the program's
 * own, or a thread of `_thread`.
 */
export class _DummyThread extends Thread {
  /** @throws RuntimeError if it has ended */
  override isAlive(): boolean {
    if (super.isAlive()) return true;
    throw new RuntimeError('thread is not alive');
  }

  /** @throws RuntimeError always */
  override join(): never {
    throw new RuntimeError('cannot join a dummy thread');
  }

  /** @throws RuntimeError always */
  override async joinAsync(): Promise<never> {
    return this.join();
  }
}
