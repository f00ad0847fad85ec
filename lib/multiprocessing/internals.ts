// What other modules of heddle use of this one; not for users.
export { BaseContext } from './base-context.js';
export { becomeProcess } from './child.js';
export { forkServer } from './forkserver/fork-server.js';
export { serveForks } from './forkserver/serve-forks.js';
export { type Launch, launch } from './launch.js';
export { getSelf } from './self.js';
