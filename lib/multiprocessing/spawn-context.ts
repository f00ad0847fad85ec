import { BaseContext, enterContext } from './base-context.js';
import { SpawnProcess } from './spawn-process.js';

/** Its processes are new Nodes. */
export class SpawnContext extends BaseContext {
  override readonly Process = SpawnProcess;
  protected override readonly method = 'spawn';
}

enterContext(new SpawnContext());
