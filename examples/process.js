// Two processes count in memory that they share. Without the lock, increments would get lost.
import { Event, Lock, Process } from 'heddle/multiprocessing';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';

const memory = new SharedMemory({ create: true, size: 4 });
try {
  const counter = new Int32Array(memory.buf.buffer, memory.buf.byteOffset, 1);
  const lock = new Lock();

  // The function travels with what it captures: the counter and the lock are shared.
  const count = (/** @type {number} */ times) => {
    for (let i = 0; i < times; i++) {
      lock.with(() => {
        counter[0] = (counter[0] ?? 0) + 1;
      });
    }
  };
  const children = [1, 2].map(() => new Process({ target: count, args: [10_000] }));
  for (const child of children) child.start();
  for (const child of children) child.join();
  console.log(`counted to ${counter[0]}`); // counted to 20000

  // A process that waits for ever can be ended.
  const event = new Event();
  const waiting = new Process({ target: () => event.wait(), name: 'waiting' });
  waiting.start();
  waiting.terminate();
  await waiting.joinAsync();
  console.log(`${waiting.name} ended by signal ${-(waiting.exitcode ?? 0)}`); // … by signal 15
} finally {
  memory.close();
}
