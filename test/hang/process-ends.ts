// A parent ends in every way while its processes are blocked in every way.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { processesMarked } from '../setup/processes.js';
import { countBlocked, isRunning } from './proc.js';
import { Program } from './program.js';

const WAITS = ['acquire', 'wait', 'join', 'result', 'idle', 'busy', 'stubborn'] as const;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;
const ENDS = ['exit', 'natural', 'uncaught', 'rejected', ...SIGNALS] as const;
const EXIT_CODES: Partial<Record<string, number>> = {
  exit: 7,
  natural: 0,
  uncaught: 1,
  rejected: 1,
};
const COUNT = 2;

type Wait = (typeof WAITS)[number];
type End = (typeof ENDS)[number];

export interface Row {
  kind: 'daemon' | 'pool' | 'plain';
  wait: Wait;
  end: End;
}

class Family {
  readonly #mark = `HEDDLE_TEST_MARK=${randomUUID()}`;
  readonly program: Program;

  constructor(...args: string[]) {
    const [name, value] = this.#mark.split('=') as [string, string];
    this.program = new Program('processes.js', args, { env: { [name]: value } });
  }

  /** The pids of those that say so, once they are blocked. */
  async ready(count: number, wait: string): Promise<number[]> {
    const said = () => this.program.lines.filter((line) => line.startsWith('ready '));
    await until(() => said().length >= count);
    const pids = said().map((line) => Number(line.split(' ')[1]));
    if (wait !== 'busy' && wait !== 'idle') {
      await until(() => pids.every((pid) => countBlocked(pid) > 0));
    }
    return pids;
  }

  end(how: End): void {
    if (how.startsWith('SIG')) this.program.kill(how as NodeJS.Signals);
    else this.program.go();
  }

  /** Ends as expected, and nothing is left of anybody. */
  async expectEnd(how: End): Promise<void> {
    const { code, signal, hungIn, stderr } = await this.program.ended();
    expect({ code, signal, hungIn }).toEqual({
      code: EXIT_CODES[how] ?? null,
      signal: how.startsWith('SIG') ? how : null,
      hungIn: '',
    });
    if (code !== 1) expect(stderr).toBe('');
    await until(() => this.left().length === 0);
    expect(await this.program.leavesNothing()).toEqual([]);
  }

  left(): number[] {
    return processesMarked(this.#mark);
  }
}

/** @param isTelling each row costs some processes */
export function processEnds(isTelling: (row: Row) => boolean): void {
  const rowsOf = (kind: Row['kind'], ...ends: End[]) =>
    WAITS.flatMap((wait) => ends.map((end): Row => ({ kind, wait, end }))).filter(isTelling);

  describe.each(['daemon', 'pool'] as const)('processes of a %s', (kind) => {
    // A program waits for its pools' tasks.
    const ends = ENDS.filter((end) => kind === 'daemon' || end !== 'natural');
    const rows = rowsOf(kind, ...ends);

    test.concurrent.each(rows)(
      'blocked in $wait end with their parent, by $end',
      async ({ wait, end }) => {
        const family = new Family(wait, end, `${COUNT}`, kind);
        await family.ready(COUNT, wait);
        family.end(end);
        await family.expectEnd(end);
      },
    );
  });

  describe('processes that are not daemonic', () => {
    test.concurrent.each(rowsOf('plain', 'exit', 'uncaught'))(
      'blocked in $wait end with their parent, by $end',
      async ({ wait, end }) => {
        const family = new Family(wait, end, `${COUNT}`, 'plain');
        await family.ready(COUNT, wait);
        family.end(end);
        await family.expectEnd(end);
      },
    );

    test.concurrent.each(rowsOf('plain', 'natural', 'SIGTERM', 'SIGKILL'))(
      'blocked in $wait outlive $end of their parent',
      async ({ wait, end }) => {
        const family = new Family(wait, end, `${COUNT}`, 'plain');
        const { program } = family;
        const pids = await family.ready(COUNT, wait);
        family.end(end);
        if (end !== 'natural') await until(() => !isRunning(program.pid));
        expect(pids.filter(isRunning)).toEqual(pids);
        // Only now does a parent that waits for them end.
        for (const pid of pids) process.kill(pid, 'SIGKILL');
        await family.expectEnd(end);
      },
    );
  });

  describe.each(['join', 'acquire', 'result', 'shutdown'])(
    'a main thread in %s of a process',
    (wait) => {
      test.concurrent.each(SIGNALS)('ends by %s, and the process with it', async (end) => {
        const family = new Family(wait, end, '1', 'main');
        await family.ready(1, 'wait');
        await family.program.blocked(1);
        expect(family.left().length).toBeGreaterThan(1);
        family.end(end);
        await family.expectEnd(end);
      });
    },
  );
}

/** The test's own time-out ends it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
