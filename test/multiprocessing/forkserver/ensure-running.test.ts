import { Event, Process } from 'heddle/multiprocessing';
import { ensureRunning, ensureRunningAsync } from 'heddle/multiprocessing/forkserver';
import { Thread } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { numbers } from '../../fixtures/processes/forked.js';
import { ask, askForked, hasServer, serverPid } from '../../setup/forked-children.js';
import { endChildrenAfterEach } from '../../setup/processes.js';

endChildrenAfterEach();

/** Ends the server, so that there is none. */
async function endServer() {
  await ensureRunningAsync();
  process.kill(serverPid(), 'SIGKILL');
  // Until this process knows.
  while (hasServer()) await new Promise(setImmediate);
}

describe.each([
  ['ensureRunning', ensureRunning],
  [
    'ensureRunningAsync',
    (timeout?: number) => ensureRunningAsync(timeout === undefined ? {} : { timeout }),
  ],
] as const)('%s', (_, ensure) => {
  test('waits until processes are forked', { timeout: 20_000 }, async () => {
    await endServer();
    const spawned = ask(numbers);
    expect(await ensure()).toBe(true);
    expect(await ensure(0)).toBe(true);
    await askForked(numbers);
    expect(await spawned).toMatchObject({ forked: false });
  });

  test('says after its time-out that they are not yet', { timeout: 20_000 }, async () => {
    await endServer();
    expect(await ensure(0)).toBe(false);
    expect(await ensure(0.001)).toBe(false);
    expect(await ensure()).toBe(true);
  });

  test('refuses what is no time', async () => {
    await expect((async () => ensure('1' as never))()).rejects.toThrow(TypeError);
  });
});

test('each thread has a server of its own', { timeout: 20_000 }, async () => {
  const [begun, over] = [new Event(), new Event()];
  const thread = new Thread({
    target: async (up: Event, end: Event) => {
      if (!ensureRunning()) throw new Error('not forked');
      const child = new Process({ target: () => {} });
      child.start();
      child.join();
      if (child.exitcode !== 0) throw new Error('failed');
      up.set();
      await end.waitAsync();
    },
    args: [begun, over],
  });
  thread.start();
  expect(await begun.waitAsync({ timeout: 15 })).toBe(true);
  over.set();
  await thread.joinAsync();
  expect(await ensureRunningAsync()).toBe(true);
  await askForked(numbers);
});
