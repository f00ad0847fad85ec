import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { addon } from '../../../dist/_native/index.js';
import { adopt } from '../../../dist/_thread/index.js';
import { ascending, drain, type QueueKind, range, stateOf } from './kinds.js';

/** The queue's native side, which the package's types leave out. */
const nativeOf = (queue: object) => (queue as Record<symbol, never>)[adopt] as never;

/** What a Worker that is ended by force does to a queue: nothing. */
export function terminatedContract(kind: QueueKind): void {
  const { make } = kind;
  describe(`${kind.name}: Workers`, () => {
    test('a consumer that is terminated while it is blocked in get loses nothing', async () => {
      const queue = make();
      for (const _ of range(5)) {
        const fixture = new URL('../../fixtures/queue-consumer.js', import.meta.url);
        const worker = new Worker(fixture, { workerData: addon.deposit(nativeOf(queue)) });
        const nativeId = await new Promise<number>((resolve) => worker.once('message', resolve));
        while (!/^S/.test(stateOf(`/proc/self/task/${nativeId}`))) await new Promise(setImmediate);
        const ended = worker.terminate();
        for (const i of range(3)) queue.put(i);
        await ended;
        expect(ascending(drain(queue))).toEqual(range(3));
      }
    });
  });
}
