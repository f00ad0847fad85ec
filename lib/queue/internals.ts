// What other modules of heddle use of this one; not for users.
export { Getters } from './getters.js';
export {
  type Adopted,
  adopted,
  channelFor,
  checkPut,
  makeChannel,
  Order,
  takeItem,
} from './items.js';
export { LimitedQueue, negativeTimeout } from './limited-queue.js';
export { GET_ASYNC, given, secondsOf } from './options.js';
export { awaitTasks, awaitTasksAsync, finishTask } from './tasks.js';
