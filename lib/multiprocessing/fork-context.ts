import { BaseContext, enterContext } from './base-context.js';
import { ForkProcess } from './fork-process.js';

/**
 * Its processes are copies of this one, with every object that it has: nothing is packed, and a
 * start takes some milliseconds. Linux on x86-64 with glibc only.
 *
 * A copy runs its target where it was started and ends: it has no event loop, so that the target
 * must not be async. Only the main thread can start one, and only while no other thread runs.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#contexts-and-start-methods
 */
export class ForkContext extends BaseContext {
  override readonly Process = ForkProcess;
  protected override readonly method = 'fork';
}

enterContext(new ForkContext());
