// What other modules of heddle use of this one; not for users.
export { checkSemaphoreValue } from './semaphore.js';
export { reportUncaught } from './uncaught.js';
