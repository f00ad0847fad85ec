import { Event, Lock, Semaphore } from 'heddle/threading';
import { addon } from '../../dist/_native/index.js';
import { adopt } from '../../dist/_thread/index.js';
import { eventContract } from '../contracts/event.js';
import { lockContract } from '../contracts/lock.js';
import { semaphoreContract } from '../contracts/semaphore.js';

lockContract('of the process', () => new Lock());
lockContract('in shared memory', () => new Lock({ [adopt]: addon.createLock(true) }));

eventContract('of the process', () => new Event());
eventContract('in shared memory', () => new Event({ [adopt]: addon.createEvent(true) }));

semaphoreContract('of the process', (value) => new Semaphore(value));
semaphoreContract('in shared memory', (value = 1) =>
  value < 0 ? new Semaphore(value) : new Semaphore({ [adopt]: addon.createSemaphore(true, value) }),
);
