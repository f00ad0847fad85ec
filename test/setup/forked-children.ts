import { readFileSync } from 'node:fs';
import { getContext, type Process, SimpleQueue } from 'heddle/multiprocessing';
import { expect } from 'vitest';
import { internals } from '../../dist/multiprocessing/forkserver/index.js';
import { answer } from '../fixtures/processes/forked.js';
import { isRunning } from '../hang/proc.js';
import { isForked } from './processes.js';

// biome-ignore lint/suspicious/noExplicitAny: any function can be asked
type Question = (...args: any[]) => unknown;

const { Process: Started } = getContext('forkserver');
const { forkServer } = internals as never as {
  forkServer: { readonly pid: number | undefined; readonly isReady: boolean };
};

/** A process that asks one of `fixtures/processes`, and who answers it. */
export interface Asked<T> {
  child: Process;
  forked: boolean;
  answer: Promise<T>;
}

/** Starts a process by the fork server, or as it can be, that answers a question. */
export function ask<T>(question: Question, ...args: unknown[]): Asked<T> {
  const answers = new SimpleQueue<T>();
  const child = new Started({ target: answer, args: [answers, question, args], daemon: true });
  child.start();
  const forked = isForked(child.pid);
  return { child: child as Process, forked, answer: finish(child as Process, answers) };
}

async function finish<T>(child: Process, answers: SimpleQueue<T>): Promise<T> {
  const got = await answers.getAsync({ timeout: 15 });
  await child.joinAsync();
  expect(child.exitcode).toBe(0);
  return got;
}

/** What a forked child answers. */
export async function askForked<T>(question: Question, ...args: unknown[]): Promise<T> {
  const asked = ask<T>(question, ...args);
  expect(asked.forked).toBe(true);
  return await asked.answer;
}

/** The pid of this thread's fork server. */
export function serverPid(): number {
  const { pid } = forkServer;
  if (pid === undefined) throw new Error('there is no fork server');
  return pid;
}

/** Waits until a process has ended. */
export async function untilGone(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise(setImmediate);
}

/** The letter for what a process does, as `/proc` has it. */
export function stateOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.charAt(stat.lastIndexOf(')') + 2);
}
