import { BaseContext, enterContext } from './base-context.js';
import { ForkProcess } from './fork-process.js';

/** Its processes are copies of this one. */
export class ForkContext extends BaseContext {
  override readonly Process = ForkProcess;
  protected override readonly method = 'fork';
}

enterContext(new ForkContext());
