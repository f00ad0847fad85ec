import { ValueError } from 'heddle/errors';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { type Barrier, BrokenBarrierError, type Event } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import type { Kind } from './kinds.js';

/** What every kind of barrier does. */
export function barrierContract(kind: Kind): void {
  const { name, makeBarrier: make, makeEvent, makeParty, party, parties, hasLoop } = kind;

  describe(`Barrier (${name})`, () => {
    test(`${parties} pass it in lockstep, round after round, each with a number of its own`, () => {
      const [count, rounds] = [3, 20];
      using memory = new SharedMemory({ create: true, size: 4 * (1 + rounds) });
      const words = new Int32Array(memory.buf.buffer, 0, 1 + rounds);
      const barrier = make(count);
      const others = Array.from({ length: count }, () =>
        makeParty({ target: passRounds, args: [barrier, words, rounds, count] }),
      );
      for (const one of others) one.start();
      for (const one of others) one.join();
      // Nobody was in a round that others had not come to; all numbers came up in each.
      expect(words[0]).toBe(0);
      expect([...words.subarray(1)]).toEqual(new Array(rounds).fill(0b111));
    });

    test('promises and blocked calls wait in the same round', async () => {
      const barrier = make(4);
      const other = makeParty({ target: (b: Barrier) => void b.wait(), args: [barrier] });
      const waits = [barrier.waitAsync(), barrier.waitAsync()];
      other.start();
      const own = barrier.wait();
      const numbers = [own, ...(await Promise.all(waits))];
      expect(new Set(numbers).size).toBe(3);
      expect(numbers.every((n) => n >= 0 && n < 4)).toBe(true);
      other.join();
      expect(barrier.nWaiting).toBe(0);
    });

    test('one of one never waits', async () => {
      const barrier = make(1);
      expect([barrier.wait(), barrier.wait(0), await barrier.waitAsync()]).toEqual([0, 0, 0]);
    });

    test('it tells how many open it, and how many wait', async () => {
      const barrier = make(3);
      expect([barrier.parties, barrier.nWaiting, barrier.broken]).toEqual([3, 0, false]);
      const waits = [barrier.waitAsync(), barrier.waitAsync()];
      expect(barrier.nWaiting).toBe(2);
      barrier.wait();
      await Promise.all(waits);
      expect([barrier.parties, barrier.nWaiting, barrier.broken]).toEqual([3, 0, false]);
    });

    test('bad arguments are errors that say why', () => {
      expect(() => make(0)).toThrow(new ValueError('parties must be > 0'));
      expect(() => make(-1)).toThrow(new ValueError('parties must be > 0'));
      expect(() => make(1.5)).toThrow(TypeError);
      // @ts-expect-error: no function
      expect(() => make(1, { action: 1 })).toThrow(/action must be a function/);
      // @ts-expect-error: unknown option
      expect(() => make(1, { timout: 1 })).toThrow(/unknown option 'timout'/);
    });

    test(`the last one to come calls the action, before the others go on`, () => {
      using memory = new SharedMemory({ create: true, size: 8 });
      const words = new Int32Array(memory.buf.buffer, 0, 2);
      const barrier = make(3, {
        action: () => {
          words[0] = (words[0] as number) + 1;
        },
      });
      const others = [1, 2, 3].map(() =>
        makeParty({
          target: (shared: Barrier, counts: Int32Array) => {
            for (let round = 1; round <= 20; round++) {
              shared.wait();
              // The next call comes when all are here again.
              if (Atomics.load(counts, 0) !== round) Atomics.add(counts, 1, 1);
            }
          },
          args: [barrier, words],
        }),
      );
      for (const one of others) one.start();
      for (const one of others) one.join();
      expect([...words]).toEqual([20, 0]);
    });

    test('an action that throws breaks it, and the error goes on where it was called', async () => {
      const barrier = make(2, {
        action: () => {
          throw new RangeError('in the action');
        },
      });
      const waiting = barrier.waitAsync();
      expect(() => barrier.wait()).toThrow(new RangeError('in the action'));
      await expect(waiting).rejects.toThrow(BrokenBarrierError);
      expect(barrier.broken).toBe(true);
      barrier.reset();
      const again = barrier.waitAsync();
      const last = barrier.waitAsync();
      await expect(last).rejects.toThrow('in the action');
      await expect(again).rejects.toThrow(BrokenBarrierError);
    });

    test('who comes while the action runs waits for the next round', async () => {
      const barrier = make(2, { action: () => new Promise((resolve) => setImmediate(resolve)) });
      const [first, second] = [barrier.waitAsync(), barrier.waitAsync()];
      const [third, fourth] = [barrier.waitAsync(), barrier.waitAsync()];
      expect(await Promise.all([first, second])).toEqual([0, 1]);
      expect((await Promise.all([third, fourth])).sort()).toEqual([0, 1]);
      expect(() => make(1, { action: async () => {} }).wait()).toThrow(/use waitAsync/);
    });

    test('who comes while the action runs may give that up, and the round goes on', async () => {
      const gate = makeEvent();
      const barrier = make(1, { action: () => gate.waitAsync() });
      const first = barrier.waitAsync();
      const controller = new AbortController();
      const waiting = barrier.waitAsync({ signal: controller.signal });
      controller.abort();
      await expect(waiting).rejects.toThrow(/abort/);
      gate.set();
      expect(await first).toBe(0);
      expect(barrier.broken).toBe(false);
    });

    test('a promise whose round was reset while its action ran opens no later one', async () => {
      const gates = [makeEvent(), makeEvent()];
      let round = 0;
      const barrier = make(1, { action: () => gates[round++]?.waitAsync() });
      const first = expect(barrier.waitAsync()).rejects.toThrow(BrokenBarrierError);
      barrier.reset();
      const second = barrier.waitAsync();
      gates[0]?.set();
      await first;
      gates[1]?.set();
      expect(await second).toBe(0);
    });

    test('a wait whose time is over breaks it for all', async () => {
      const barrier = make(3);
      const waiting = barrier.waitAsync();
      expect(() => barrier.wait(0.02)).toThrow(BrokenBarrierError);
      await expect(waiting).rejects.toThrow(BrokenBarrierError);
      expect([barrier.broken, barrier.nWaiting]).toEqual([true, 0]);
      expect(() => barrier.wait()).toThrow(BrokenBarrierError);
      await expect(barrier.waitAsync()).rejects.toThrow(BrokenBarrierError);
      barrier.reset();
      expect(barrier.broken).toBe(false);
      await expect(barrier.waitAsync({ timeout: 0.01 })).rejects.toThrow(BrokenBarrierError);
    });

    test('its own time-out holds where a wait has none, here and elsewhere', async () => {
      const barrier = make(2, { timeout: 0.02 });
      expect(() => barrier.wait()).toThrow(BrokenBarrierError);
      barrier.reset();
      await expect(barrier.waitAsync()).rejects.toThrow(BrokenBarrierError);
      barrier.reset();
      using memory = new SharedMemory({ create: true, size: 4 });
      const other = makeParty({
        target: (shared: Barrier, words: Int32Array) => {
          try {
            shared.wait();
          } catch (error) {
            words[0] = (error as Error).name === 'BrokenBarrierError' ? 1 : 2;
          }
        },
        args: [barrier, new Int32Array(memory.buf.buffer, 0, 1)],
      });
      other.start();
      other.join();
      expect(memory.buf.readInt32LE(0)).toBe(1);
    });

    test('abort sends those away who wait, and whoever comes until it is reset', async () => {
      const barrier = make(3);
      const waits = [barrier.waitAsync(), barrier.waitAsync()];
      barrier.abort();
      for (const wait of waits) await expect(wait).rejects.toThrow(BrokenBarrierError);
      expect(() => barrier.wait()).toThrow(BrokenBarrierError);
      expect(barrier.broken).toBe(true);
      barrier.reset();
      const three = [barrier.waitAsync(), barrier.waitAsync(), barrier.waitAsync()];
      expect((await Promise.all(three)).sort()).toEqual([0, 1, 2]);
    });

    test('reset sends those away who wait, and it is as new; nothing happens where nobody waits', async () => {
      const barrier = make(2);
      barrier.reset();
      const away = barrier.waitAsync();
      barrier.reset();
      const [one, two] = [barrier.waitAsync(), barrier.waitAsync()];
      await expect(away).rejects.toThrow(BrokenBarrierError);
      expect(await Promise.all([one, two])).toEqual([0, 1]);
      expect(barrier.broken).toBe(false);
    });

    test('an AbortSignal gives the wait up, and breaks the barrier', async () => {
      const barrier = make(3);
      const controller = new AbortController();
      const other = barrier.waitAsync();
      const waiting = barrier.waitAsync({ signal: controller.signal });
      controller.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow('enough');
      await expect(other).rejects.toThrow(BrokenBarrierError);
      expect(barrier.broken).toBe(true);
    });

    test.runIf(hasLoop)(`a ${party} that is killed while it waits breaks it`, () => {
      const barrier = make(3);
      const waits = makeEvent();
      const doomed = makeParty({
        target: async (shared: Barrier, event: Event) => {
          const waiting = shared.waitAsync();
          event.set();
          setImmediate(() => process.exit());
          await waiting;
        },
        args: [barrier, waits],
      });
      doomed.start();
      waits.wait();
      expect(() => barrier.wait()).toThrow(BrokenBarrierError);
      doomed.join();
    });

    test(`a ${party} that is killed in the action breaks it`, async () => {
      const barrier = make(2, {
        action: () => {
          process.exit();
        },
      });
      const waiting = expect(barrier.waitAsync()).rejects.toThrow(BrokenBarrierError);
      const doomed = makeParty({
        target: (shared: Barrier) => void shared.wait(),
        args: [barrier],
      });
      doomed.start();
      await waiting;
      await doomed.joinAsync();
      expect(barrier.broken).toBe(true);
    });
  });
}

/** Counts in words[0] what must not be, and marks the numbers of each round in the words behind. */
function passRounds(barrier: Barrier, words: Int32Array, rounds: number, count: number): void {
  for (let round = 1; round <= rounds; round++) {
    const number = barrier.wait();
    if (number < 0 || number >= count) Atomics.add(words, 0, 1);
    // Everybody has left the round before.
    if (round > 1 && Atomics.load(words, round - 1) !== 2 ** count - 1) Atomics.add(words, 0, 1);
    Atomics.or(words, round, 1 << number);
    barrier.wait();
  }
}
