import { addon } from './addon.js';

/** The number by which this thread holds locks. Each run of a thread has its own. */
export let holder = addon.holder(false);

/** The same for locks that processes share. */
export let sharedHolder = addon.holder(true);

/** To be called when another run begins or ends in this thread. */
export function updateHolder(): void {
  holder = addon.holder(false);
  sharedHolder = addon.holder(true);
}
