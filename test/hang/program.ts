import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { track } from '../setup/children.js';
import { killGroup } from '../setup/kill-group.js';
import { countBlocked, describeThreads } from './proc.js';

/** Seconds until a program counts as hung. */
const LIMIT = 10;

export interface ProgramOptions {
  execPath?: string;
  execArgv?: string[];
  env?: NodeJS.ProcessEnv;
}

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Milliseconds from the last `go()` or `kill()`, else from the start. */
  elapsed: number;
  lines: string[];
  stderr: string;
  /** Where its threads were when its time was over; empty if it ended by itself. */
  hungIn: string;
}

/** A program of test/fixtures/hang that the test talks to while it runs. `runNode` cannot. */
export class Program {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ending: Promise<Ending>;
  readonly #before = leftovers();
  #triggered = performance.now();
  #stdout = '';
  #stderr = '';
  #closed = false;
  #onChange = () => {};

  constructor(fixture: string, args: string[], options: ProgramOptions = {}) {
    const { execPath = process.execPath, execArgv = [], env } = options;
    const child = spawn(execPath, [...execArgv, fixturePath(fixture), ...args], {
      detached: true,
      env: { ...process.env, ...env },
    });
    this.#child = child;
    track(child);
    // It may end before it has read everything.
    child.stdin.on('error', () => {});
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#onChange();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });

    let hungIn = '';
    const timer = setTimeout(() => {
      hungIn = describeThreads(this.pid);
      killGroup(this.pid);
    }, LIMIT * 1000);
    this.#ending = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        clearTimeout(timer);
        this.#closed = true;
        const elapsed = performance.now() - this.#triggered;
        const { lines } = this;
        resolve({ code, signal, elapsed, lines, stderr: this.#stderr, hungIn });
        this.#onChange();
      });
    });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  get lines(): string[] {
    return this.#stdout.split('\n').slice(0, -1);
  }

  /** Waits until the program has said the line `times` times. */
  async said(line: string, times = 1): Promise<void> {
    while (this.lines.filter((said) => said === line).length < times) {
      if (this.#closed) {
        const { hungIn, code, signal } = await this.#ending;
        throw new Error(
          `ended (${code ?? signal}) without "${line}" ×${times}\n${this.#stdout}\n${this.#stderr}\n${hungIn}`,
        );
      }
      await new Promise<void>((resolve) => {
        this.#onChange = resolve;
      });
    }
  }

  /** Waits until so many threads sleep in heddle for good: on two words, as long waits do. */
  async blocked(threads: number): Promise<void> {
    while (!this.#closed && countBlocked(this.pid) < threads) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** Sends the line that it waits for on its standard input. */
  go(): void {
    this.#triggered = performance.now();
    this.#child.stdin.write('go\n');
  }

  /** Only while it runs, so that its process id cannot be another's. */
  kill(signal: NodeJS.Signals): void {
    this.#triggered = performance.now();
    this.#child.kill(signal);
  }

  ended(): Promise<Ending> {
    return this.#ending;
  }

  /** Waits until nothing that has appeared in /dev/shm since the start is there any more. */
  async leavesNothing(): Promise<string[]> {
    for (let attempt = 0; ; attempt++) {
      const left = leftovers().filter((name) => !this.#before.includes(name));
      // Other tests run at the same time: what is theirs goes soon.
      if (left.length === 0 || attempt === 250) return left;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../fixtures/hang/${name}`, import.meta.url));
}

function leftovers(): string[] {
  return readdirSync('/dev/shm').filter((name) => /^(psm_|heddle)/.test(name));
}
