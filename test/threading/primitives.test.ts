import { barrierContract } from '../contracts/barrier.js';
import { conditionContract } from '../contracts/condition.js';
import { eventContract } from '../contracts/event.js';
import { OF_THREADS } from '../contracts/kinds.js';
import { lockContract } from '../contracts/lock.js';
import { rlockContract } from '../contracts/rlock.js';
import { semaphoreContract } from '../contracts/semaphore.js';

for (const kind of OF_THREADS) {
  lockContract(kind);
  eventContract(kind);
  rlockContract(kind);
  semaphoreContract(kind);
  conditionContract(kind);
  barrierContract(kind);
}
