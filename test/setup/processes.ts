import { readdirSync, readFileSync } from 'node:fs';
import { activeChildren, Event, Process, type ProcessOptions } from 'heddle/multiprocessing';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { afterEach } from 'vitest';
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
