import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { addon } from '../../_native/index.js';
import { EOFError } from '../../errors.js';
import { loadModules, rebuildFunction } from '../../pickle/index.js';
import { LIFELINE } from '../boot.js';
import { becomeProcess } from '../child.js';
import { Connection } from '../connection/index.js';
import { RUN_PROCESS } from '../run-process-reference.js';
import { endWithoutTeardown } from './end-without-teardown.js';
import {
  CONTROL,
  type ForkAnswer,
  type ForkRequest,
  type Greeting,
  type Readiness,
} from './protocol.js';
import { forgetRandomNumbers, provideRandomNumbers } from './random-numbers.js';
import { selfTest } from './self-test.js';

const REHEARSALS = 10;

/**
 * Makes this process a fork server: it forks whenever its parent asks for it, until that has gone.
 * The forked processes, which are its parent's children, go on from here.
 */
export async function serveForks(): Promise<void> {
  const control = new Connection(CONTROL);
  // What a terminal sends to the whole group is not meant for it, as in CPython.
  addon.ignoreInterrupts(true);
  const parent = addon.watchParent(LIFELINE, process.ppid, true);
  provideRandomNumbers();
  const request = await nextFork(control);
  addon.ignoreInterrupts(false);
  control.close();
  becomeUnique(request);
  endWithoutTeardown();
  await becomeProcess(request.place, parent);
}

/** Returns in the forked processes only. */
async function nextFork(control: Connection): Promise<ForkRequest> {
  try {
    const { modules, program } = control.recv() as Greeting;
    const warnings = await importAll(modules, createRequire(program));
    await prepare();
    const fault = await selfTest();
    collectGarbage();
    control.send({ fault, warnings } satisfies Readiness);
    for (;;) {
      const request = control.recv() as ForkRequest;
      const answer = fork();
      if (answer === 0) return request;
      control.send(answer);
    }
  } catch (error) {
    // The parent has gone, or wants no more processes.
    return addon.exitNow(error instanceof EOFError ? 0 : 1);
  }
}

/** What could not be imported is left to the processes that need it. */
async function importAll(modules: readonly string[], from: NodeJS.Require): Promise<string[]> {
  const warnings: string[] = [];
  for (const module of modules) {
    try {
      await loadModules([locate(module, from)]);
    } catch (error) {
      warnings.push(`${module} cannot be preloaded: ${(error as Error)?.message ?? error}`);
    }
  }
  return warnings;
}

/** Does once what every process would do again: loads what they begin with. */
async function prepare(): Promise<void> {
  await rebuildFunction(RUN_PROCESS);
  // Until V8 has compiled it: what each process does then takes a tenth.
  for (let i = 0; i < REHEARSALS; i += 1) forgetRandomNumbers(true);
}

/** So that no process has to do it soon, which would copy the heap that it shares. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  gc();
}

/** Packages are the program's, not ours. */
function locate(module: string, from: NodeJS.Require): string {
  if (/^[a-z]+:/.test(module)) return module;
  try {
    return pathToFileURL(from.resolve(module)).href;
  } catch {
    return module;
  }
}

function fork(): ForkAnswer {
  try {
    return addon.forkProcess(true);
  } catch (error) {
    return (error as Error).message;
  }
}

/** What a forked process must not have in common with others. */
function becomeUnique({ cwd, env, hasRunCode }: ForkRequest): void {
  Object.defineProperty(process, 'pid', { value: addon.pid() });
  forgetRandomNumbers(hasRunCode);
  if (cwd !== undefined) process.chdir(cwd);
  if (env === undefined) return;
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}
