import { ProcessPoolExecutor } from 'heddle/concurrent/futures';
import { Event, Lock } from 'heddle/multiprocessing';
import { executorContract } from '../../contracts/executor.js';

executorContract({
  name: 'ProcessPoolExecutor',
  make: (options) => new ProcessPoolExecutor(options),
  makeLock: () => new Lock(),
  makeEvent: () => new Event(),
});
