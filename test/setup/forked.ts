// Lets the tests of processes fork them from their first start on.
import { beforeAll, expect } from 'vitest';

if (/test\/multiprocessing\/|process-pool/.test(expect.getState().testPath ?? '')) {
  beforeAll(async () => {
    const { ensureRunningAsync } = await import('heddle/multiprocessing/forkserver');
    expect(await ensureRunningAsync()).toBe(true);
  });
}
