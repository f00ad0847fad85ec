// Ends a test that blocks its OS thread: no timer of that thread can, so a Worker of the same process watches.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeEach, expect } from 'vitest';
import { shared, watch } from './watchdog-state.js';

/** Loading a file and its beforeAll and afterAll hooks, in milliseconds. */
const OUTSIDE_TESTS = 60_000;
/** On top of the test's own timeout, which vitest enforces where the test does not block. */
const GRACE = 5_000;

// Once per process, also where several test files share it.
const started = Symbol.for('heddle.test.watchdog');
const globals = globalThis as { [started]?: Worker };
if (globals[started] === undefined) {
  const worker = new Worker(new URL('./watchdog-worker.js', import.meta.url), {
    workerData: shared,
    execArgv: [],
  });
  await once(worker, 'online');
  worker.unref();
  globals[started] = worker;
}

function watchFile() {
  watch(`${expect.getState().testPath} (outside its tests)`, OUTSIDE_TESTS);
}

watchFile();
beforeEach(({ task }) => watch(task.fullName, task.timeout + GRACE));
afterEach(watchFile);
afterAll(() => watch('', 0));
