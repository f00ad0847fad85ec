import { addon } from './addon.js';

/** The number by which this thread holds locks. Each run of a thread has its own. */
let holder = addon.holder(false);

/** The same for locks that processes share. */
let sharedHolder = addon.holder(true);

/** The number by which this thread holds locks of one kind of memory. */
export function holderIn(shared: boolean): number {
  return shared ? sharedHolder : holder;
}

/** To be called when another run begins or ends in this thread. */
export function updateHolder(): void {
  holder = addon.holder(false);
  sharedHolder = addon.holder(true);
}
