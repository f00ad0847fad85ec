import { DeadlockError, type DeadlockStep } from '../errors.js';
import { addon } from './addon.js';
import { Goal, type NativeStep } from './natives.js';

/** The error of the native wait that has just ended in a deadlock (native/core/deadlock.h). */
export function deadlockError(): DeadlockError {
  const steps = addon.takeCircle();
  const circle = steps.map(([thread, goal, awaited]): DeadlockStep => {
    return { thread, waitsFor: describe(goal, awaited) };
  });
  return new DeadlockError(`deadlock: ${tell(steps, circle)}`, circle);
}

function describe(goal: NativeStep[1], awaited: NativeStep[2]): string {
  if (goal === Goal.threadEnd) return `the end of '${awaited}'`;
  return `${goal === Goal.ownedLock ? 'RLock' : 'Lock'} ${awaited}`;
}

/** `'a' waits for Lock 1, held by 'b', which waits for the end of 'a'` */
function tell(steps: readonly NativeStep[], circle: readonly DeadlockStep[]): string {
  const parts = circle.map(({ waitsFor }, index) => {
    const next = (circle[(index + 1) % circle.length] as DeadlockStep).thread;
    const ends = steps[index]?.[1] === Goal.threadEnd;
    return ends ? `waits for ${waitsFor}` : `waits for ${waitsFor}, held by '${next}'`;
  });
  const [first] = circle;
  if (circle.length === 1) {
    return `'${first?.thread}' ${parts[0]?.replace(/held by .*/, 'which it holds itself')}`;
  }
  return `'${first?.thread}' ${parts.join(', which ')}`;
}
