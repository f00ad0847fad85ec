import { Lock as ProcessLock } from 'heddle/multiprocessing';
import { Lock } from 'heddle/threading';
import { check } from '../harness/workload.js';

const PAIRS = 10_000;

/**
 * heddle's Lock, over one kind of memory.
 *
 * @param {'private' | 'shared'} kind
 * @returns {import('../harness/workload.js').TimedSide}
 */
export function openLock(kind) {
  const lock = kind === 'shared' ? new ProcessLock() : new Lock();
  let guarded = 0;
  return {
    ops: PAIRS,
    run() {
      const before = guarded;
      for (let i = 0; i < PAIRS; i++) {
        lock.acquire();
        guarded++;
        lock.release();
      }
      check('what the lock guards', guarded - before, PAIRS);
      check('locked()', lock.locked(), false);
    },
  };
}
