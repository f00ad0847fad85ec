import { constants } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { isThenable } from '../_internal/index.js';
import { addon, type NativeProcess, updateHolder } from '../_native/index.js';
import { RuntimeError } from '../errors.js';
import { children } from './children.js';
import { forkServer } from './forkserver/fork-server.js';
import { forgetRandomNumbers, provideRandomNumbers } from './forkserver/random-numbers.js';
import { knownProcesses } from './known-processes.js';
import { logger } from './logging/index.js';
import type { Process } from './process.js';
import { reportUncaught } from './report-uncaught.js';
import { getSelf, setParent } from './self.js';
import { changeSettings } from './settings.js';
import { spares } from './spares.js';

interface Fork {
  name: string;
  identity: string;
  daemon: boolean;
  authkey: Buffer;
  /** In the child: the object that stands for it from now on. */
  become: () => Process;
}

/**
 * Starts a process that is a copy of this one, and runs there `become().run()`. Nothing is packed
 * and nothing is loaded. In the copy this never returns.
 *
 * @throws RuntimeError where a copy could not work; OSError
 */
export function startByFork(fork: Fork): NativeProcess {
  checkForkable();
  const parentName = getSelf().name;
  const pid = addon.forkMember();
  if (pid !== 0) return addon.adoptChild(pid, fork.daemon);
  return runHere(fork, parentName);
}

function checkForkable(): void {
  if (!isMainThread)
    throw new RuntimeError('only the main thread can fork; use another start method');
  const others = addon.livingThreads().length - 1;
  if (others > 0) {
    const threads = `${others} thread${others > 1 ? 's' : ''} would run on in the child`;
    throw new RuntimeError(`cannot fork: ${threads}; join them first, or use another start method`);
  }
}

/** In the copy. */
function runHere({ name, identity, daemon, authkey, become }: Fork, parentName: string): never {
  let code = 0;
  try {
    leaveParent();
    const parent = addon.watchParent(addon.inheritedLifeline(), process.ppid, daemon);
    setParent({ native: parent, name: parentName });
    changeSettings({ self: { name, identity, daemon }, startMethod: 'fork' });
    addon.setProcessKey(authkey);
    const self = become();
    knownProcesses.current = self;
    process.exit = (exitCode) => end(Number(exitCode ?? process.exitCode ?? 0));
    logger.info('child process calling self.run()');
    const result = self.run();
    if (isThenable(result)) throw new RuntimeError(NO_LOOP);
    code = Number(process.exitCode ?? 0);
  } catch (error) {
    reportUncaught(name, error);
    code = 1;
  }
  return end(code);
}

const NO_LOOP =
  "a process started by fork has no event loop: its target must not be async; use 'forkserver'";

/** What is the parent's, and must not be done here. */
function leaveParent(): void {
  Object.defineProperty(process, 'pid', { value: addon.pid() });
  process.exitCode = undefined;
  updateHolder();
  children.forget();
  spares.forget();
  forkServer.forget();
  knownProcesses.parent = undefined;
  provideRandomNumbers();
  forgetRandomNumbers(true);
  // Nobody would call the listeners; so signals do what they do to a process that listens to none.
  for (const signal of Object.keys(constants.signals)) process.removeAllListeners(signal);
}

/** As CPython's forked processes end: no listener or hook of the parent's runs. */
function end(code: number): never {
  for (const child of children.living()) if (!child.daemon) child.join();
  logger.info('process exiting with exitcode %d', code);
  return addon.exitQuickly(code);
}
