import { describe, expect, it } from 'vitest';
import { findMissing, readMissing } from '../../scripts/api.mjs';

const ADVICE = 'npm run api:update, and commit test/package/missing.txt';

describe("Python's names", async () => {
  const missing = new Set(await findMissing());
  const recorded = new Set(readMissing());

  it('that were there are still there', () => {
    const gone = [...missing].filter((name) => !recorded.has(name));
    expect(gone, 'were in the package and are gone').toEqual([]);
  });

  it('that are there are no longer recorded as missing', () => {
    const arrived = [...recorded].filter((name) => !missing.has(name));
    expect(arrived, `are in the package now: ${ADVICE}`).toEqual([]);
  });
});
