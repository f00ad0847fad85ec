// What other modules of heddle use of this one; not for users.
export { writeOutputDirectly } from './output.js';
export { becomeThread } from './runner.js';
export { checkSemaphoreValue } from './semaphore.js';
export { provideMailbox, serveChannel, setPending } from './serving.js';
export { warmWorkers } from './warm-workers.js';
