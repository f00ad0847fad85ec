import { isMainThread } from 'node:worker_threads';
import { children } from '../children.js';
import { getSelf } from '../self.js';
import { logger } from './logger.js';

let follows = false;

/** Has this process's end logged, if the logger is told to log such things by then. */
export function logExit(): void {
  if (follows || !isMainThread) return;
  follows = true;
  // Before the listener that ends the daemonic children.
  process.prependListener('exit', (code) => {
    if (getSelf().parent) logger.info('process exiting with exitcode %d', code);
    logger.info('process shutting down');
    for (const { name, daemon } of children.living()) {
      if (daemon) logger.info('calling terminate() for daemon %s', name);
    }
  });
}
