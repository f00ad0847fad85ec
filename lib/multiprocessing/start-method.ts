import { inspect } from 'node:util';
import { checkBoolean, checkOptions } from '../_internal/index.js';
import { RuntimeError, ValueError } from '../errors.js';
import { changeSettings, getSettings } from './settings.js';

/** How a process is started. */
export type StartMethod = 'fork' | 'spawn' | 'forkserver';

const ALL: readonly StartMethod[] = ['fork', 'spawn', 'forkserver'];

/** Those that work here, the default first. */
export function availableStartMethods(): StartMethod[] {
  if (process.platform === 'win32') return ['spawn'];
  // Where it cannot be, it spawns, and says so.
  return canBeForked() ? ['forkserver', 'fork', 'spawn'] : ['spawn', 'forkserver'];
}

/** As far as can be told without trying. */
function canBeForked(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

/** @throws ValueError for what is no start method, or does not work here */
export function checkStartMethod(method: unknown): StartMethod {
  if (!ALL.includes(method as StartMethod)) {
    throw new ValueError(`cannot find context for ${inspect(method)}`);
  }
  if (!availableStartMethods().includes(method as StartMethod)) {
    throw new ValueError(`${method} start method not available`);
  }
  return method as StartMethod;
}

/** The method in force, which stays so from here on. */
export function fixStartMethod(): StartMethod {
  const { startMethod } = getSettings();
  if (startMethod !== undefined) return startMethod;
  const [first] = availableStartMethods() as [StartMethod];
  changeSettings({ startMethod: first });
  return first;
}

/**
 * The start methods that there are here, the default first: on Linux (x86-64) `'forkserver'`, `'fork'`
 * and `'spawn'`.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.get_all_start_methods
 */
export function getAllStartMethods(): StartMethod[] {
  return availableStartMethods();
}

/**
 * How processes are started. If nobody has chosen yet, it is the default from here on; also after
 * the first start of a `Process`, `getContext()` and `new ProcessPoolExecutor()`. A child has the
 * method by which it was started.
 *
 * @param options `allowNone`: null, if nobody has chosen yet (default: false)
 * @throws TypeError for an unknown option
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.get_start_method
 */
export function getStartMethod(options?: { allowNone?: false }): StartMethod;
export function getStartMethod(options: { allowNone: boolean }): StartMethod | null;
export function getStartMethod(options?: { allowNone?: boolean }): StartMethod | null {
  const { allowNone = false } = checkOptions(options, ['allowNone']);
  checkBoolean('allowNone', allowNone);
  return allowNone ? (getSettings().startMethod ?? null) : fixStartMethod();
}

/**
 * Chooses how processes are started, once for all threads of the program.
 *
 * Differs from CPython: to make locks, queues and the like chooses nothing: they are not tied to a
 * method.
 *
 * @param method null: the default; with `force`, as if nobody had chosen
 * @param options `force`: also if it was chosen before (default: false)
 * @throws RuntimeError if it was chosen before; ValueError for a method that there is not;
 *   TypeError for an unknown option
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.set_start_method
 */
export function setStartMethod(method: StartMethod | null, options?: { force?: boolean }): void {
  const { force = false } = checkOptions(options, ['force']);
  checkBoolean('force', force);
  if (getSettings().startMethod !== undefined && !force) {
    throw new RuntimeError('context has already been set');
  }
  if (method !== null) changeSettings({ startMethod: checkStartMethod(method) });
  else if (force) changeSettings({ startMethod: undefined });
  else fixStartMethod();
}
