import { boot, type Seat } from './boot.js';
import { forkServer } from './forkserver/internals.js';
import { getForkserverPreload } from './preload.js';
import { spares } from './spares.js';
import type { StartMethod } from './start-method.js';

let starts = 0;

/**
 * A process that waits for what it shall do.
 *
 * @throws OSError
 */
export function takeSeat(method: StartMethod): Seat {
  const forked = method === 'forkserver' ? forkServer.take() : undefined;
  return forked ?? spares.take() ?? boot();
}

/** To be called after each start of a process of which there may soon be more. */
export function refillSeats(method: StartMethod): void {
  starts += 1;
  if (method === 'forkserver') {
    // A program that starts one process only would boot the server in vain.
    if (starts > 1 || getForkserverPreload().length > 0) forkServer.start();
    if (forkServer.isReady) return;
  }
  spares.refill();
}
