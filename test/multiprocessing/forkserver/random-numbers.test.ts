import { setForkserverPreload } from 'heddle/multiprocessing';
import { ensureRunningAsync } from 'heddle/multiprocessing/forkserver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manyRandoms, preloadedIn, randoms, spread } from '../../fixtures/processes/forked.js';
import { askForked, serverPid } from '../../setup/forked-children.js';
import { endChildrenAfterEach } from '../../setup/processes.js';

endChildrenAfterEach();

const CHILDREN = 24;
const preloaded = new URL('../../fixtures/processes/preloaded.js', import.meta.url).href;

describe.each([
  ['nothing', []],
  ['a module that has drawn some, and kept Math.random', [preloaded]],
])('forked processes, of a server that has preloaded %s', (_, modules) => {
  beforeAll(async () => {
    setForkserverPreload(modules);
    expect(await ensureRunningAsync()).toBe(true);
  });
  afterAll(() => setForkserverPreload([]));

  test('draw different numbers and IDs, from every source', { timeout: 30_000 }, async () => {
    const all = await Promise.all(
      Array.from({ length: CHILDREN }, () => askForked<unknown[]>(randoms)),
    );
    const distinct = all[0]?.map((_, i) => new Set(all.map((row) => row[i])).size);
    expect(distinct).toEqual(Array(6).fill(CHILDREN));
    expect(await askForked(preloadedIn)).toBe(modules.length > 0 ? serverPid() : null);
  });

  test('draw none twice', { timeout: 20_000 }, async () => {
    expect(await askForked(manyRandoms)).toBe(6 * 2000);
  });
});

test('Math.random of a forked process is spread evenly over [0, 1)', {
  timeout: 20_000,
}, async () => {
  expect(await ensureRunningAsync()).toBe(true);
  const { mean, least, greatest } =
    await askForked<Record<'mean' | 'least' | 'greatest', number>>(spread);
  expect(mean).toBeCloseTo(0.5, 1);
  expect(least).toBeGreaterThanOrEqual(0);
  expect(least).toBeLessThan(0.01);
  expect(greatest).toBeLessThan(1);
  expect(greatest).toBeGreaterThan(0.99);
});
