import { expect, test } from 'vitest';
import { fuzzConnections } from '../multiprocessing/connection/fuzz.js';

/** Seconds; a long search takes more. */
const TIME = Number(process.env.HEDDLE_FUZZ_SECONDS ?? 30);

test(`changed frames and challenges end in the right message or a described error, for ${TIME} s`, {
  timeout: (TIME + 30) * 1000,
}, async () => {
  const seed = Number(process.env.HEDDLE_FUZZ_SEED ?? 1);
  const until = Date.now() + TIME * 1000;
  const { failures, counts } = await fuzzConnections(seed, () => Date.now() < until);
  console.log(counts);
  expect(failures).toEqual([]);
});
