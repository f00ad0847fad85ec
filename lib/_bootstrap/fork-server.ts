// The entry point of a fork server, and with it of the processes that it forks.
import { setFlagsFromString } from 'node:v8';

// All functions are compiled here, once, rather than in each process when it calls them. So what has
// them is loaded after this.
setFlagsFromString('--no-lazy');
void import('../multiprocessing/index.js').then(({ internals }) => internals.serveForks());
