import { boot, type Seat } from './boot.js';
import { spares } from './spares.js';
import type { StartMethod } from './start-method.js';

/**
 * A process that waits for what it shall do.
 *
 * @throws OSError
 */
export function takeSeat(_method: StartMethod): Seat {
  return spares.take() ?? boot();
}

/** To be called after each start of a process of which there may soon be more. */
export function refillSeats(_method: StartMethod): void {
  spares.refill();
}
