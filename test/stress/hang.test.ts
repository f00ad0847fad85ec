// The table of test/hang again and again, its ends at random moments. HEDDLE_ROUNDS says how often,
// HEDDLE_NODE by which Node.
import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { expected, ROWS, type Row, runRow, WHO } from '../hang/table.js';

const ROUNDS = Number(process.env.HEDDLE_ROUNDS ?? 2);
const execPath = process.env.HEDDLE_NODE ?? process.execPath;
/** How many programs run at once. */
const LANES = 3;
/** Seconds for a row, on a busy machine and with a few hangs. */
const PATIENCE = 5;

interface Result {
  runs: number;
  failures: number;
  elapsed: number[];
}

const results = new Map<string, Result>();

describe.each(WHO)('%s', (who) => {
  const rows = ROWS.filter((row) => row.who === who);
  const timeout = rows.length * ROUNDS * PATIENCE * 1000;

  test('whatever the moment, the end ends the program', { timeout }, async () => {
    const queue = Array.from({ length: ROUNDS }, () => rows).flat();
    const failures: unknown[] = [];
    const lane = async () => {
      for (let row = queue.pop(); row; row = queue.pop()) {
        const failure = await runOnce(row);
        if (failure) failures.push(failure);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    expect(failures).toEqual([]);
  });
});

async function runOnce(row: Row): Promise<unknown> {
  const delay = randomDelay();
  const result = resultOf(row);
  result.runs++;
  try {
    const { elapsed, stderr, lines, ...how } = await runRow(row, { execPath, delay });
    result.elapsed.push(elapsed);
    if (isDeepStrictEqual(how, { ...expected(row) })) return;
    result.failures++;
    return { row, delay, ...how, stderr, lines };
  } catch (error) {
    result.failures++;
    return { row, delay, error: String(error) };
  }
}

/** While the threads boot, about when they fall asleep, or long after. */
function randomDelay(): number {
  const kinds = [() => -80 * Math.random(), () => 8 * Math.random(), () => 400 * Math.random()];
  return (kinds[Math.floor(Math.random() * kinds.length)] as () => number)();
}

function resultOf({ who, end }: Row): Result {
  const name = `${who}, ${end}`;
  const result = results.get(name) ?? { runs: 0, failures: 0, elapsed: [] };
  results.set(name, result);
  return result;
}

function summary({ runs, failures, elapsed }: Result) {
  const sorted = elapsed.toSorted((a, b) => a - b);
  return {
    runs,
    failures,
    'median ms': Math.round(sorted[sorted.length >> 1] ?? 0),
    'max ms': Math.round(sorted.at(-1) ?? 0),
  };
}

afterAll(() => {
  const all: Result = { runs: 0, failures: 0, elapsed: [] };
  for (const { runs, failures, elapsed } of results.values()) {
    all.runs += runs;
    all.failures += failures;
    all.elapsed.push(...elapsed);
  }
  results.set('all', all);
  console.log(`${execPath}, ${ROUNDS} rounds, from the trigger to the end of the program:`);
  console.table(Object.fromEntries([...results].map(([name, result]) => [name, summary(result)])));
});
