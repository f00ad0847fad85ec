import { readdirSync, readFileSync } from 'node:fs';
import {
  activeChildren,
  Event,
  getContext,
  Process,
  type ProcessOptions,
} from 'heddle/multiprocessing';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { afterEach, expect, test } from 'vitest';
import { told } from '../fixtures/processes/report.js';

// biome-ignore lint/suspicious/noExplicitAny: any function can be a target
type AnyFunction = (...args: any[]) => unknown;

/** A child that ends with the test's process, however that ends. */
export function start<F extends AnyFunction>(options: ProcessOptions<F>): Process<F> {
  const child = new Process({ daemon: true, ...options });
  child.start();
  return child;
}

/** A child that lives until it is ended. */
export function startSleeping(): Process {
  const [up, never] = [new Event(), new Event()];
  const child = start({
    target: (begun: Event, end: Event) => {
      begun.set();
      end.wait();
    },
    args: [up, never],
  });
  up.wait();
  return child as Process;
}

/** The exit code of a child that does that. */
export function exitcodeOf<F extends AnyFunction>(options: ProcessOptions<F>): number | null {
  const child = start(options);
  child.join();
  return child.exitcode;
}

/** What a child that is given memory tells in it (`tell` of fixtures/processes/report.js). */
export function toldBy(target: (memory: SharedMemory) => unknown): unknown {
  using memory = new SharedMemory({ create: true, size: 4096 });
  const child = start({ target, args: [memory] });
  child.join();
  return told(memory);
}

/** Ends what a test has left. To be called once in a test file. */
export function endChildrenAfterEach(): void {
  afterEach(() => {
    for (const child of activeChildren()) {
      child.kill();
      child.join();
    }
  });
}

/** Whether a process was forked: its command line is that of the server. */
export function isForked(pid: number | null): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('fork-server.cjs');
}

/** A test: whoever is started by the fork server here is forked, and by spawn is not. */
export function expectForked(): void {
  test.each([
    ['forkserver', true],
    ['spawn', false],
  ] as const)('what %s starts here is forked: %s', (method, forked) => {
    const never = new Event();
    const child = new (getContext(method).Process)({
      target: (end: Event) => end.wait(),
      args: [never],
      daemon: true,
    });
    child.start();
    expect(isForked(child.pid)).toBe(forked);
    never.set();
    child.join();
  });
}

/** The processes, zombies left out, that have this text in their environment. */
export function processesMarked(mark: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!(pid > 0)) return false;
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
      } catch {
        // Gone, or another user's.
        return false;
      }
    });
}
