import { readFileSync } from 'node:fs';
import { getContext, type Process, SimpleQueue } from 'heddle/multiprocessing';
import { expect } from 'vitest';
import * as multiprocessing from '../../dist/multiprocessing/index.js';
import { answer } from '../fixtures/processes/forked.js';
import { isRunning } from '../hang/proc.js';

// biome-ignore lint/suspicious/noExplicitAny: any function can be asked
type Question = (...args: any[]) => unknown;

const { Process: Started } = getContext('forkserver');
/** Not in the package's types. */
interface Inside {
  internals: { forkServer: { readonly pid: number | undefined } };
}
const { forkServer } = (multiprocessing as unknown as Inside).internals;

/** What a child answers, and whether it was forked. */
export interface Answer<T> {
  value: T;
  forked: boolean;
}

/** Starts a process by the fork server, or as it can be, that answers a question. */
export function ask<T>(question: Question, ...args: unknown[]): Promise<Answer<T>> {
  const answers = new SimpleQueue<Answer<T>>();
  const child = new Started({ target: answer, args: [answers, question, args], daemon: true });
  child.start();
  return finish(child as Process, answers);
}

async function finish<T>(child: Process, answers: SimpleQueue<T>): Promise<T> {
  const got = await answers.getAsync({ timeout: 15 });
  await child.joinAsync();
  expect(child.exitcode).toBe(0);
  return got;
}

/** What a forked child answers. */
export async function askForked<T>(question: Question, ...args: unknown[]): Promise<T> {
  const { value, forked } = await ask<T>(question, ...args);
  expect(forked).toBe(true);
  return value;
}

/** Whether this thread has a fork server, as far as it knows. */
export function hasServer(): boolean {
  return forkServer.pid !== undefined;
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
