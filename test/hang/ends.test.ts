import { describe, expect, test } from 'vitest';
import { expected, ROWS, type Row, runRow, WHO } from './table.js';

describe.each(WHO)('%s', (who) => {
  const rows = ROWS.filter((row) => row.who === who && isTelling(row));

  test.concurrent.each(rows)('blocked in $wait: $end ends the program', async (row) => {
    const { code, signal, hungIn, left } = await runRow(row);
    expect({ code, signal, hungIn, left }).toEqual(expected(row));
  });
});

/** Each costs a program; test/stress/hang.test.ts runs them all. */
function isTelling({ who, wait, end }: Row): boolean {
  if (who === 'main') return true;
  // The kernel's doing, whatever the threads are blocked in.
  if (end.startsWith('SIG')) return wait === 'nested';
  // Variants of other waits: a semaphore of a lock, a barrier of a condition, a shutdown of a result.
  if (wait === 'semaphore' || wait === 'barrier' || wait === 'shutdown')
    return end === 'exit' || end === 'terminate';
  return true;
}
