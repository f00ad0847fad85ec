import { BaseContext, enterContext } from './base-context.js';
import { ForkServerProcess } from './fork-server-process.js';

/** Its processes are forked from a server, a Node that does nothing else. */
export class ForkServerContext extends BaseContext {
  override readonly Process = ForkServerProcess;
  protected override readonly method = 'forkserver';
}

enterContext(new ForkServerContext());
