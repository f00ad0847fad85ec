// What other modules of heddle use of this one; not for users.
export { forkServer } from './fork-server.js';
export { serveForks } from './serve-forks.js';
