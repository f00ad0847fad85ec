import { type PackedRun, unpackRun } from '../_internal/index.js';
import { knownProcesses } from './known-processes.js';
import { logger } from './logging/index.js';
import { Process } from './process.js';
import { getSelf } from './self.js';

/** In the child: makes the object that was started, and does what it does. */
export function runProcess(packed: PackedRun): unknown {
  const { name, daemon } = getSelf();
  const state = { native: undefined, pid: process.pid, name, daemon };
  const made = unpackRun<Process>(packed, Process, state);
  knownProcesses.current = made;
  logger.info('child process calling self.run()');
  return made.run();
}
