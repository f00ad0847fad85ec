// What other modules of heddle use of this one; not for users.
export { type BarrierParts, barrierFrom, checkParties } from './barrier.js';
export type { Bounded } from './bounded-semaphore.js';
export type { ConditionParts } from './condition.js';
export { checkSemaphoreValue } from './semaphore.js';
export { reportUncaught } from './uncaught.js';
