import { wrongType } from '../_internal/index.js';
import type { NativeCondition } from '../_native/index.js';
import { type Lock as AnyLock, type RLock as AnyRLock, adopt } from '../_thread/index.js';
import { AssertionError } from '../errors.js';
import { registerTraveller } from '../pickle/index.js';
import { type internals, Condition as ThreadCondition } from '../threading/index.js';
import { RLock } from './rlock.js';

/**
 * A condition variable shared by every process and thread that it is passed to: `threading.Condition`
 * over memory that the program's processes share.
 *
 * Differs from CPython: waiters are notified in the order in which they came; a killed waiter is not in
 * the line any more.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.Condition
 */
export class Condition extends ThreadCondition {
  /**
   * @param lock a Lock or RLock of heddle/multiprocessing; a new RLock if left out
   * @throws TypeError for another
   */
  constructor(lock?: AnyLock | AnyRLock | null | internals.ConditionParts) {
    super(lock ?? new RLock());
    if (!this[adopt].shared) {
      throw wrongType('lock', 'a Lock or RLock of heddle/multiprocessing', lock);
    }
  }

  protected override notOwned(what: 'wait on' | 'notify on'): Error {
    return new AssertionError(
      what === 'wait on' ? 'must acquire() condition before using wait()' : 'lock is not owned',
    );
  }

  static {
    registerTraveller(Condition, {
      name: 'Condition',
      module: 'multiprocessing',
      give: (condition) => ({ native: condition[adopt] }),
      parts: (condition) => [condition.lock],
      take: (native, _, [lock]) =>
        new Condition({ [adopt]: native as NativeCondition, lock: lock as AnyRLock }),
    });
  }
}
