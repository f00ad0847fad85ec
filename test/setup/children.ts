import { spawn } from 'node:child_process';
import { killGroup } from './kill-group.js';
import { track } from './watchdog-state.js';

export { track };

export interface RunOptions {
  /** Seconds until the child and its process group are killed; 15 unless told. */
  timeout?: number;
  /** Another Node to run. */
  execPath?: string;
  /** What the child reads from its standard input, which is empty otherwise. */
  input?: string;
  cwd?: string;
  /** Added to this process's own environment. */
  env?: NodeJS.ProcessEnv;
}

export interface RunResult {
  stdout: string;
  stderr: string;
  /** Exit code, or null if a signal ended the child. */
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Whether it was killed: it, or a descendant that held its output open, still ran after `timeout`. */
  timedOut: boolean;
}

/** Runs Node in a process group of its own and waits until it has ended and its output is closed. */
export async function runNode(args: string[], options: RunOptions = {}): Promise<RunResult> {
  const { timeout = 15, execPath = process.execPath, input = '', cwd, env } = options;
  const child = spawn(execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    detached: process.platform !== 'win32',
  });
  track(child);

  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  // A child may end without reading its input.
  child.stdin.on('error', () => {}).end(input);

  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    if (child.pid !== undefined) killGroup(child.pid);
  }, timeout * 1000);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ ...output, code, signal, timedOut }));
    });
  } finally {
    clearTimeout(timer);
  }
}
