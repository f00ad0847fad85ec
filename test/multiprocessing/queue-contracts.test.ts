import { Lock, Queue, SimpleQueue } from 'heddle/multiprocessing';
import {
  itemContract,
  JOINABLE,
  limitedQueueContract,
  OF_MULTIPROCESSING,
  taskQueueContract,
} from '../contracts/queue/index.js';
import { expectForked } from '../setup/processes.js';

expectForked();

for (const kind of OF_MULTIPROCESSING) limitedQueueContract(kind);
for (const kind of JOINABLE) taskQueueContract(kind);

itemContract(
  'multiprocessing.Queue',
  () => new Queue(),
  () => new Lock(),
);
itemContract(
  'multiprocessing.SimpleQueue',
  () => new SimpleQueue(),
  () => new Lock(),
);
