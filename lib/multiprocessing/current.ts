import { running } from '../_internal/index.js';
import { children } from './children.js';
import { knownProcesses } from './known-processes.js';
import { Process, type Running } from './process.js';
import { getSelf } from './self.js';

/**
 * The Process object of this process.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.current_process
 */
export function currentProcess(): Process {
  const { name, daemon } = getSelf();
  knownProcesses.current ??= standFor({ native: undefined, pid: process.pid, name, daemon });
  return knownProcesses.current;
}

/**
 * The Process object of the process that started this one; null in the program's first process. It
 * can be joined.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.parent_process
 */
export function parentProcess(): Process | null {
  const of = getSelf().parent;
  if (!of) return null;
  const { native, name } = of;
  knownProcesses.parent ??= standFor({ native, pid: native.pid, name, daemon: false });
  return knownProcesses.parent;
}

/**
 * The living children that this thread has started.
 *
 * Differs from CPython: each thread knows its own.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.active_children
 */
export function activeChildren(): Process[] {
  return children.living();
}

function standFor(state: Running[typeof running]): Process {
  return new Process({ [running]: state });
}
