// What other modules of heddle use of this one; not for users.
export { type BarrierParts, barrierFrom, checkParties } from './barrier.js';
export type { Bounded } from './bounded-semaphore.js';
export type { ConditionParts } from './condition.js';
export { writeOutputDirectly } from './output.js';
export { becomeThread } from './runner.js';
export { checkSemaphoreValue } from './semaphore.js';
export { provideMailbox, serveChannel, setPending } from './serving.js';
export { warmWorkers } from './warm-workers.js';
