import { existsSync, readdirSync } from 'node:fs';
import { activeChildren, Event, Lock, Process, parentProcess } from 'heddle/multiprocessing';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { Thread } from 'heddle/threading';
import { expect, test } from 'vitest';
import { tell, told } from '../fixtures/processes/report.js';
import { isRunning } from '../hang/proc.js';
import { endChildrenAfterEach, start, startSleeping } from '../setup/processes.js';

endChildrenAfterEach();

test('a Thread starts processes, and joins them', () => {
  using memory = new SharedMemory({ create: true, size: 4096 });
  const thread = new Thread({
    target: (to: SharedMemory) => {
      const child = new Process({ target: () => process.exit(9), daemon: true });
      child.start();
      child.join();
      tell(to, [child.exitcode, activeChildren().length]);
    },
    args: [memory],
  });
  thread.start();
  thread.join();
  expect(told(memory)).toEqual([9, 0]);
});

test('children have children', () => {
  const inside = toldByUndaemonic((memory) => {
    const child = new Process({
      target: (to: SharedMemory) => {
        const grandchild = new Process({ target: () => process.exit(4) });
        grandchild.start();
        grandchild.join();
        tell(to, [parentProcess()?.pid, grandchild.exitcode, activeChildren().length]);
        process.exit(3);
      },
      args: [memory],
    });
    child.start();
    child.join();
    process.exit(told(memory)[0] === process.pid ? (child.exitcode ?? 0) : 99);
  });
  expect(inside).toEqual({ exitcode: 3, told: [expect.any(Number), 4, 0] });
});

function toldByUndaemonic(target: (memory: SharedMemory) => unknown) {
  using memory = new SharedMemory({ create: true, size: 4096 });
  const child = start({ target, args: [memory], daemon: false });
  child.join();
  return { exitcode: child.exitcode, told: told(memory) };
}

test('fifty processes at once', { timeout: 90_000 }, async () => {
  using memory = new SharedMemory({ create: true, size: 8 });
  const [gate, lock] = [new Event(), new Lock()];
  const target = (open: Event, guard: Lock, shared: SharedMemory) => {
    open.wait();
    const words = new Int32Array(shared.buf.buffer, 0, 2);
    for (let i = 0; i < 20; i++) {
      guard.with(() => {
        words[0] = (words[0] as number) + 1;
      });
    }
  };
  const children = Array.from({ length: 50 }, () => start({ target, args: [gate, lock, memory] }));
  expect(activeChildren()).toHaveLength(50);
  expect(new Set(children.map((child) => child.pid)).size).toBe(50);
  gate.set();
  await Promise.all(children.map((child) => child.joinAsync()));
  expect(children.map((child) => child.exitcode)).toEqual(Array(50).fill(0));
  expect(memory.buf.readInt32LE()).toBe(1000);
  for (const child of children) expect(isRunning(child.pid as number)).toBe(false);
});

test('processes leave neither descriptors nor zombies behind, joined or not', async () => {
  const round = async () => {
    const children = [startSleeping(), startSleeping(), startSleeping()];
    for (const child of children) child.kill();
    // The test's own time-out ends it.
    while (activeChildren().length > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    for (const child of children) expect(existsSync(`/proc/${child.pid}`)).toBe(false);
    for (const child of children) child.close();
  };
  await round();
  const before = readdirSync('/proc/self/fd').length;
  await round();
  await round();
  // Two may be those of processes that are booted ahead; each round that leaks leaves three.
  expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before + 2);
});
