import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { addon } from '../../_native/index.js';
import { SIGKILL } from '../boot.js';

/** Seconds. A test takes some hundredths. */
const PATIENCE = 10;
/** What a copy that passes exits with: no crash does so. */
const PASSED = 42;

/**
 * Forks this process once and lets the copy do what needs V8's and libuv's threads: what it cannot
 * do, no child could. **Blocks this thread.**
 *
 * @returns what is wrong; undefined if a forked process works
 */
export async function selfTest(): Promise<string | undefined> {
  let pid: number;
  try {
    pid = addon.forkProcess(false);
  } catch (error) {
    return `this system cannot fork a process with its threads (${(error as Error).message})`;
  }
  if (pid === 0) await beTested();
  const child = addon.adoptChild(pid, true);
  child.join(PATIENCE);
  if (child.isAlive()) {
    child.signal(SIGKILL);
    return 'a forked process hung';
  }
  const { exitCode } = child;
  return exitCode === PASSED ? undefined : `a forked process failed (exit code ${exitCode})`;
}

/** In the copy. */
async function beTested(): Promise<never> {
  try {
    collectGarbage();
    runHot();
    // In libuv's pool, and then by its loop.
    await stat('/');
    await sleep(1);
    return addon.exitNow(PASSED);
  } catch {
    return addon.exitNow(1);
  }
}

/** Fills the young generation some times, which V8's helpers collect. */
function collectGarbage(): void {
  let kept: unknown[] = [];
  for (let i = 0; i < 200_000; i += 1) {
    kept.push({ i });
    if (kept.length > 20_000) kept = [];
  }
}

/** Long enough for V8 to compile it, which its helpers do. */
function runHot(): number {
  let sum = 0;
  for (let i = 0; i < 2_000_000; i += 1) sum = (sum * 31 + i) | 0;
  return sum;
}
