import { processEnds, type Row } from './process-ends.js';

processEnds(isTelling);

/** test/stress/processes.test.ts runs them all. */
function isTelling({ kind, wait, end }: Row): boolean {
  if (wait === 'wait') return true;
  // The kernel's doing, whatever the parent was at.
  if (end === 'SIGINT' || end === 'SIGTERM') return kind === 'plain' && wait === 'stubborn';
  // How the parent comes to its exit makes no difference to the processes.
  if (end === 'uncaught' || end === 'rejected') return false;
  // A pool's differ only in how they are started; an acquire waits as Event.wait() does.
  if (kind === 'pool') return wait === 'busy';
  return wait !== 'acquire' || end === 'SIGKILL';
}
