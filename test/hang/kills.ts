// kill -9 at any moment: neither the parent nor anybody who shares something with the victim hangs.
import { BrokenProcessPool, ProcessPoolExecutor } from 'heddle/concurrent/futures';
import { LockAbandonedError } from 'heddle/errors';
import {
  Event,
  JoinableQueue,
  Lock,
  type Process,
  Queue,
  Semaphore,
  SimpleQueue,
} from 'heddle/multiprocessing';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { Thread } from 'heddle/threading';
import { afterAll, expect, test } from 'vitest';
import { addon } from '../../dist/_native/index.js';
import {
  awaitTurns,
  enter,
  GOT,
  grow,
  isWhole,
  makeTask,
  PASSES,
  passLock,
  passSemaphore,
  putNumbers,
  RECOVERIES,
  VIOLATIONS,
  workOff,
} from '../fixtures/hang/kill-workers.js';
import { endChildrenAfterEach, start } from '../setup/processes.js';

/** Milliseconds for a kill on a busy machine. */
const PATIENCE = 1000;

/** @param kills of each kind */
export function killLoops(kills: {
  locks: number;
  semaphores: number;
  events: number;
  queues: number;
  pools: number;
}): void {
  endChildrenAfterEach();
  let count = 0;
  afterAll(() => console.log(`${count} processes were killed`));
  const timeoutOf = (times: number) => ({ timeout: 20_000 + times * PATIENCE });

  function kill(victim: Process): void {
    victim.kill();
    count++;
  }

  test('those who pass a lock on', timeoutOf(kills.locks), async () => {
    using memory = new SharedMemory({ create: true, size: 4096 });
    const words = new Int32Array(memory.buf.buffer, 0, 16);
    const lock = new Lock();
    const add = (way: number) => start({ target: passLock, args: [lock, memory, way] });
    const others = [0, 1, 2, 3].map(add);
    for (let i = 0; i < kills.locks; i++) {
      // Somebody gets the lock again and again: blocked here, and there.
      const before = Atomics.load(words, PASSES);
      while (Atomics.load(words, PASSES) < before + 20) acquireInTurn(lock, words, i);
      await randomPause(20);
      const place = Math.floor(Math.random() * others.length);
      kill(others[place] as Process);
      others[place] = add(i);
    }
    for (const other of others) kill(other);
    await Promise.all(others.map((other) => other.joinAsync()));
    expect(words[VIOLATIONS]).toBe(0);
    if (kills.locks > 50) expect(words[RECOVERIES]).toBeGreaterThan(0);
    // Whoever was putting another's things away may have been killed at that: the next who waits
    // finds out.
    const before = words[PASSES];
    while (words[PASSES] === before) acquireInTurn(lock, words, 0, true);
  });

  test('those who wait for a semaphore', timeoutOf(kills.semaphores), async () => {
    using memory = new SharedMemory({ create: true, size: 4096 });
    const words = new Int32Array(memory.buf.buffer, 0, 16);
    const [semaphore, up] = [new Semaphore(0), new Semaphore(0)];
    const add = (i: number) =>
      start({ target: passSemaphore, args: [semaphore, memory, up, i % 2 === 0] });
    const others = [0, 1].map(add);
    await up.acquireAsync();
    await up.acquireAsync();
    for (let i = 0; i < kills.semaphores; i++) {
      const victim = others[i % 2] as Process;
      if (Math.random() < 0.5) await randomPause(3);
      // The victim may take one at the same moment, and die with it: the other gets what is left.
      semaphore.release(2);
      kill(victim);
      const before = Atomics.load(words, GOT);
      semaphore.release(2);
      while (Atomics.load(words, GOT) <= before) await randomPause(1);
      others[i % 2] = add(i);
      await up.acquireAsync();
    }
  });

  test('those who wait for an event', timeoutOf(kills.events), async () => {
    using memory = new SharedMemory({ create: true, size: 4096 });
    const words = new Int32Array(memory.buf.buffer, 0, 16);
    const turns = [new Event(), new Event(), new Event()];
    const add = (place: number, turn: number) =>
      start({ target: awaitTurns, args: [turns, memory, place, turn, place !== 1] });
    const others = [add(0, 0), add(1, 0), add(2, 0)];
    const thread = new Thread({
      target: awaitTurns,
      args: [turns, memory, others.length, 0, true],
      daemon: true,
    });
    thread.start();
    for (let i = 0; i < kills.events; i++) {
      const [now, next] = [turns[i % 3] as Event, turns[(i + 2) % 3] as Event];
      next.clear();
      const waiting = now.waitAsync();
      const place = i % 3;
      if (Math.random() < 0.5) await randomPause(3);
      const early = Math.random() < 0.5;
      if (early) kill(others[place] as Process);
      now.set();
      if (!early) kill(others[place] as Process);
      await waiting;
      const living = [0, 1, 2, 3].filter((one) => one !== place);
      while (!living.every((one) => Atomics.load(words, one) === i + 1)) await randomPause(1);
      others[place] = add(place, i + 1);
    }
  });

  test('those who get from a queue, and put into it', timeoutOf(kills.queues), async () => {
    const [tasks, results] = [new JoinableQueue<unknown>(8), new SimpleQueue<number>()];
    const up = new Semaphore(0);
    const add = (i: number) => start({ target: workOff, args: [tasks, results, up, i % 2 === 0] });
    const others = [0, 1, 2].map(add);
    for (const _ of others) await up.acquireAsync();
    let id = 0;
    let lost = 0;
    for (let i = 0; i < kills.queues; i++) {
      const expected = new Set<number>();
      const fatal = Math.floor(Math.random() * 60);
      const place = i % 3;
      for (let n = 0; n < 60; n++, id++) {
        expected.add(id);
        if (n % 2 === 0) tasks.put(makeTask(id));
        else await tasks.putAsync(makeTask(id));
        if (n === fatal) kill(others[place] as Process);
      }
      // Neither of the dead nor of what they had in hand.
      if (i % 2 === 0) tasks.join();
      else await tasks.joinAsync();
      expect([tasks.qsize(), tasks.empty()]).toEqual([0, true]);
      while (!results.empty()) {
        const result = results.get();
        // What workers put in between has a number below 0. Nothing comes twice.
        if (result >= 0) expect(expected.delete(result)).toBe(true);
      }
      expect(expected.size).toBeLessThanOrEqual(1);
      lost += expected.size;
      others[place] = add(i);
      await up.acquireAsync();
    }
    console.log(`${lost} items were lost with those who had them`);
  });

  test('those who put into a full queue', timeoutOf(kills.queues), async () => {
    const queue = new Queue<unknown>(2);
    for (let i = 0; i < kills.queues; i++) {
      const victim = start({ target: putNumbers, args: [queue, i % 2 === 0] });
      let next = 0;
      const last = Math.floor(Math.random() * 100);
      const take = (item: unknown) => expect(isWhole(item as never, next++)).toBe(true);
      while (next < last) take(next % 2 === 0 ? queue.get() : await queue.getAsync());
      kill(victim);
      await victim.joinAsync();
      while (!queue.empty()) take(queue.getNowait());
      // Nobody is left who puts, and the room that there is can be used.
      for (const item of [1, 2]) queue.put(item, { timeout: 10 });
      expect([queue.full(), queue.getNowait(), queue.getNowait()]).toEqual([true, 1, 2]);
    }
  });

  test('the processes of a pool', timeoutOf(kills.pools), async () => {
    for (let i = 0; i < kills.pools; i++) {
      const before = addon.livingChildren();
      const pool = new ProcessPoolExecutor({ maxWorkers: 2 });
      const futures = [];
      try {
        for (let n = 0; n < 40; n++) {
          const bytes = new Uint8Array(n % 8 === 0 ? 300_000 : 10);
          futures.push(pool.submit(grow, bytes));
        }
        // Of half of them while they start.
        if (i % 2 === 0) await futures[0];
        for (let n = 0; n < 400; n++) futures.push(pool.submit(grow, new Uint8Array(n * 10)));
        await randomPause(i % 2 === 0 ? 4 : 100);
        const victims = addon.livingChildren().filter((pid) => !before.includes(pid));
        const victim = victims[i % victims.length];
        if (victim !== undefined) process.kill(victim, 'SIGKILL');
        count++;
        for (let n = 0; n < 200; n++) futures.push(pool.submit(grow, new Uint8Array(n)));
      } catch (error) {
        expect(error).toBeInstanceOf(BrokenProcessPool);
      }
      if (i % 3 === 0) pool.shutdown();
      const results = await Promise.allSettled(futures);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(BrokenProcessPool);
      }
      if (i % 3 === 1) pool.shutdown();
      await pool.shutdownAsync();
      // Processes that were booted ahead for an earlier test may have been ended since.
      expect(addon.livingChildren().filter((pid) => !before.includes(pid))).toEqual([]);
    }
  });
}

/** The parent's own part: it blocks, too. */
function acquireInTurn(lock: Lock, words: Int32Array, i: number, counts = false): void {
  try {
    if (i % 2 === 0 ? lock.acquire() : lock.acquire({ timeout: 0.005 })) {
      enter(words, process.pid);
      if (counts) Atomics.add(words, PASSES, 1);
      lock.release();
    }
  } catch (error) {
    expect(error).toBeInstanceOf(LockAbandonedError);
    lock.recover();
  }
}

function randomPause(most: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * most));
}
