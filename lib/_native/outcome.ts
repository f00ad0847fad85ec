import { KeyboardInterrupt, LockAbandonedError } from '../errors.js';
import { deadlockError } from './deadlock.js';

/** How a native wait ended: `core::Outcome` of native/core/wait_word.h. */
export const Outcome = {
  done: 0,
  wait: 1,
  timedOut: 2,
  interrupted: 3,
  stopping: 4,
  abandoned: 5,
  closed: 6,
  noMemory: 7,
  notShared: 8,
  notOrdered: 9,
  broken: 10,
  deadlock: 11,
} as const;

/**
 * Whether the wait got what it waited for.
 *
 * @returns false if its time was over
 * @throws KeyboardInterrupt, LockAbandonedError, DeadlockError
 */
export function succeeded(outcome: number): boolean {
  if (outcome === Outcome.done) return true;
  if (outcome === Outcome.interrupted) throw new KeyboardInterrupt('interrupted by SIGINT');
  if (outcome === Outcome.abandoned) {
    throw new LockAbandonedError('the holder of the lock died; call recover() to free it');
  }
  if (outcome === Outcome.deadlock) throw deadlockError();
  // `stopping`: no JavaScript will see it.
  return false;
}
