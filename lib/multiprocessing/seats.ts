import { boot, type Seat } from './boot.js';
import { forkServer } from './forkserver/fork-server.js';
import { getForkserverPreload } from './preload.js';
import { spares } from './spares.js';
import type { StartMethod } from './start-method.js';

/** Milliseconds: who starts processes this fast is likely to start another one. */
const SOON = 1000;

let starts = 0;
let last = Number.NEGATIVE_INFINITY;

/**
 * A process that waits for what it shall do. It has an event loop of its own, which a copy of this
 * process would not have: where that was wanted, a copy of the fork server is the nearest.
 *
 * @throws OSError
 */
export function takeSeat(method: StartMethod): Seat {
  const forked = method === 'spawn' ? undefined : forkServer.take();
  return forked ?? spares.take() ?? boot();
}

/** To be called after each start of a process of which there may soon be more. */
export function refillSeats(method: StartMethod): void {
  starts += 1;
  if (method !== 'spawn') {
    // A program that starts one process only would boot the server in vain.
    if (starts > 1 || getForkserverPreload().length > 0) forkServer.start();
    const now = performance.now();
    const isSoon = now - last < SOON;
    last = now;
    if (isSoon) forkServer.orderAhead();
    if (forkServer.isReady) return;
  }
  spares.refill();
}
