import type { Queue } from 'heddle/queue';
import type { QueueKind, TaskQueue } from './kinds.js';
import { partiesContract } from './parties.js';
import { promisesContract } from './promises.js';
import { roomContract } from './room.js';
import { shutdownContract } from './shutdown.js';
import { tasksContract } from './tasks.js';
import { terminatedContract } from './terminated.js';

export { itemContract } from './items.js';
export { JOINABLE, OF_MULTIPROCESSING, OF_QUEUE } from './kinds.js';

/** What every queue with a limit does. */
export function limitedQueueContract(kind: QueueKind): void {
  roomContract(kind);
  promisesContract(kind);
  partiesContract(kind);
  if (kind.party === 'thread') terminatedContract(kind);
}

/** What every queue with a limit and tasks does. */
export function taskQueueContract(kind: QueueKind<TaskQueue>): void {
  limitedQueueContract(kind);
  tasksContract(kind);
}

/** What every queue of `heddle/queue` with a limit does. */
export function queueContract(kind: QueueKind<Queue<number>>): void {
  taskQueueContract(kind);
  shutdownContract(kind);
}
