import { Lock as ProcessLock } from 'heddle/multiprocessing';
import { Lock, RLock } from 'heddle/threading';
import { check } from '../harness/workload.js';

const PAIRS = 10_000;

const kinds = {
  private: () => new Lock(),
  shared: () => new ProcessLock(),
  reentrant: () => new RLock(),
};

/**
 * heddle's locks, over one kind of memory.
 *
 * @param {keyof typeof kinds} kind
 * @returns {import('../harness/workload.js').TimedSide}
 */
export function openLock(kind) {
  const lock = kinds[kind]();
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
      if (lock instanceof Lock) check('locked()', lock.locked(), false);
    },
  };
}
