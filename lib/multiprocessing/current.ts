import { running } from '../_internal/index.js';
import { children } from './children.js';
import { Process, type Running } from './process.js';
import { getSelf } from './self.js';

let current: Process | undefined;
let parent: Process | undefined;

export function setCurrent(process: Process): void {
  current = process;
}

/**
 * The Process object of this process.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.current_process
 */
export function currentProcess(): Process {
  if (!current) {
    const { name, daemon } = getSelf();
    current = standFor({ native: undefined, pid: process.pid, name, daemon });
  }
  return current;
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
  parent ??= standFor({ native, pid: native.pid, name, daemon: false });
  return parent;
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
