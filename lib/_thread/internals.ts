// What other modules of heddle use of this one; not for users.
export { currentRun, ownThread } from './current-run.js';
export { argsOf, textOf } from './excepthook.js';
export { writeOutputDirectly } from './output.js';
export { becomeThread } from './runner.js';
export { provideMailbox, serveChannel, setPending } from './serving.js';
export { callOf, startRun } from './start-run.js';
export { warmWorkers } from './warm-workers.js';
