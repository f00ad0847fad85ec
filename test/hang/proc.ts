// What Linux tells about a process's threads.
import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

/** The kernel's function in which a wait for one of several words sleeps. */
const FUTEX_WAITV = 'futex_wait_multiple';

/** And that for descriptors; Node's own loops sleep elsewhere. */
const POLL = 'poll_schedule_timeout';

export function countBlocked(pid: number): number {
  return threadsOf(pid).filter((thread) => {
    const place = read(`${thread}/wchan`);
    return place === FUTEX_WAITV || place.startsWith(POLL);
  }).length;
}

/** A line for each thread: its name, where it sleeps, its system call. */
export function describeThreads(pid: number): string {
  return threadsOf(pid)
    .map((thread) =>
      ['comm', 'wchan', 'syscall'].map((name) => read(`${thread}/${name}`).trim()).join(' '),
    )
    .join('\n');
}

/** The keeper process (native/os/linux/keeper.cc) that the process has started or is starting. */
export async function keeperOf(parent: number): Promise<number> {
  const isKeeper = (pid: number) => read(`/proc/${pid}/cmdline`).includes('heddle-keeper');
  for (;;) {
    // The system lets a starter go on before the arguments of what it has started can be read.
    const keeper = childrenOf(parent).find(isKeeper);
    if (keeper !== undefined) return keeper;
    await setImmediate();
  }
}

/** The processes that the process has started and not collected. */
export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && statusOf(pid)?.parent === parent);
}

/** Whether a keeper has looked, and waits for those who still use shared memory. */
export function doesKeeperWait(keeper: number): boolean {
  return childrenOf(keeper).some((shell) => childrenOf(shell).length > 0);
}

/** Whether the process is there and not only a zombie that nobody has collected. */
export function isRunning(pid: number): boolean {
  const status = statusOf(pid);
  return status !== undefined && status.state !== 'Z' && status.state !== 'X';
}

function statusOf(pid: number): { state: string; parent: number } | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state && parent ? { state, parent: Number(parent) } : undefined;
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);
  } catch {
    return [];
  }
}

/** Empty for what is gone in the meantime. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
