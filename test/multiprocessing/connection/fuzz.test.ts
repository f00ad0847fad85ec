import { expect, test } from 'vitest';
import { fuzzConnections } from './fuzz.js';

test('changed frames and challenges end in the right message or an error of those described', async () => {
  const { failures, counts } = await fuzzConnections(20_241_115, (round) => round < 1500);
  expect(failures).toEqual([]);
  expect(counts.met).toBeGreaterThan(0);
  expect(counts.outcomes).toBeGreaterThan(10);
});
