import { describe, expect, test } from 'vitest';
import { Program } from './program.js';
import { depthOf } from './table.js';

describe.each(['acquire', 'semaphore', 'wait', 'join', 'result'])(
  'a Worker that holds a lock, terminated in %s',
  (wait) => {
    test('leaves the lock abandoned to those who wait, until it is recovered', async () => {
      const program = new Program('abandons.js', [wait]);
      await program.said('ready');
      program.go();
      await program.said('waits');
      await program.blocked(depthOf(wait) + 1);
      program.go();
      const { code, lines, hungIn } = await program.ended();
      expect({ code, hungIn }).toEqual({ code: 0, hungIn: '' });
      expect(lines.slice(2).sort()).toEqual([
        'acquired: true',
        'main: LockAbandonedError',
        'promise: LockAbandonedError',
        'recovered: true',
        'terminated',
        'thread: LockAbandonedError',
      ]);
    });
  },
);

describe.each([
  ['blocked', 'blocked'],
  ['blocked', 'async'],
  ['async', 'blocked'],
  ['async', 'async'],
])('a semaphore with one waiter that dies (%s) and one that lives (%s)', (dying, living) => {
  const rounds = 10;

  test('goes to the living when it is released right after terminate()', async () => {
    const program = new Program('hands-on.js', [dying, living, `${rounds}`]);
    const { code, lines, hungIn } = await program.ended();
    expect({ code, hungIn }).toEqual({ code: 0, hungIn: '' });
    expect(lines).toEqual(Array.from({ length: rounds }, () => ['got it', 'next']).flat());
  });
});
