import { type Ending, Program, type ProgramOptions } from './program.js';

/** Where a thread is blocked: test/fixtures/hang/block.js. */
export const WAITS = [
  'acquire',
  'semaphore',
  'wait',
  'condition',
  'barrier',
  'join',
  'result',
  'shutdown',
  'nested',
  'recv',
  'stubborn',
] as const;

export const ENDS = ['exit', 'natural', 'uncaught', 'terminate', 'SIGINT', 'SIGTERM'] as const;

/** Who is blocked: heddle's threads, a pool's task, Workers of the user's own, the main thread. */
export const WHO = ['thread', 'pool', 'worker', 'main'] as const;

export interface Row {
  who: (typeof WHO)[number];
  wait: (typeof WAITS)[number];
  end: (typeof ENDS)[number];
}

/** Every row that makes sense. */
export const ROWS: Row[] = WHO.flatMap((who) =>
  ENDS.flatMap((end) => WAITS.map((wait): Row => ({ who, wait, end }))),
).filter(({ who, wait, end }) => {
  if (who === 'main') return end.startsWith('SIG') && wait !== 'stubborn';
  // A program waits for its pools' tasks: test/hang/outlives.test.ts.
  if (who === 'pool') return end !== 'natural' && end !== 'terminate';
  return who === 'worker' || end !== 'terminate';
});

const THREADS = 2;
const DEPTHS: Partial<Record<string, number>> = { join: 2, result: 2, shutdown: 2, nested: 3 };

/** How many threads one wait blocks: a join, for example, the thread that is joined, too. */
export function depthOf(wait: string): number {
  return DEPTHS[wait] ?? 1;
}

const EXIT_CODES: Partial<Record<string, number>> = { exit: 7, uncaught: 1 };

export interface RunRowOptions extends ProgramOptions {
  /**
   * Milliseconds from where the threads are about to block to the end; left out: until all are
   * blocked in the kernel. Less than 0: the end may come while they boot.
   */
  delay?: number;
}

/** Runs a row's program to its end. */
export async function runRow(
  row: Row,
  options: RunRowOptions = {},
): Promise<Ending & { left: string[] }> {
  const { delay } = options;
  const threads = row.who === 'main' ? 1 : THREADS;
  const program = new Program('program.js', [row.who, row.wait, row.end, `${threads}`], options);
  await program.said('booting');
  if (delay === undefined) {
    await program.said('ready', threads);
    await program.blocked(threads * depthOf(row.wait));
  } else {
    if (delay >= 0) await program.said('ready', threads);
    await new Promise((resolve) => setTimeout(resolve, Math.abs(delay)));
  }
  if (row.end.startsWith('SIG')) program.kill(row.end as NodeJS.Signals);
  else program.go();
  return { ...(await program.ended()), left: await program.leavesNothing() };
}

/** How a row's program must end. */
export function expected({ end }: Row) {
  const nothing = { hungIn: '', left: [] };
  if (end === 'SIGINT' || end === 'SIGTERM') return { code: null, signal: end, ...nothing };
  return { code: EXIT_CODES[end] ?? 0, signal: null, ...nothing };
}
