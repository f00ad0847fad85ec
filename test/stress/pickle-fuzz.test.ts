import { expect, test } from 'vitest';
import { fuzz } from '../pickle/cpython/fuzz.js';

/** Seconds; a long search takes more. */
const TIME = Number(process.env.HEDDLE_FUZZ_SECONDS ?? 30);

test(`changed pickles of Python give a value or an UnpicklingError, for ${TIME} s`, {
  timeout: (TIME + 30) * 1000,
}, () => {
  const seed = Number(process.env.HEDDLE_FUZZ_SEED ?? 1);
  const until = Date.now() + TIME * 1000;
  expect(fuzz(seed, () => Date.now() < until)).toEqual([]);
});
