import { readFileSync } from 'node:fs';
import { dumpsPython, loadsPython, PicklingError, UnpicklingError } from 'heddle/pickle';
import { mutate } from '../mutate.js';
import { Random } from '../random.js';

/** Pickles of Pythons 3.8 and 3.13 in several protocols, with the expression that each is of. */
export const PICKLES = (
  JSON.parse(readFileSync(new URL('../../fixtures/pickles.json', import.meta.url), 'utf8')) as [
    string,
    string,
  ][]
).map(([expression, base64]) => ({ expression, bytes: Buffer.from(base64, 'base64') }));

const OPCODES = [
  ...Buffer.from(
    '()]}.012FGIJKLMNRSTUVXacdeghijlopqrstu\x80\x81\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98BCPQb',
    'latin1',
  ),
].map((byte) => Buffer.of(byte));

/** How many inputs are kept beside those of the beginning. */
const MOST_KEPT = 3000;

/**
 * Reads pickles that were changed at random, for a number of rounds or until a time. An input whose
 * outcome is new is changed further.
 *
 * @returns the inputs that led to something else than a value or an UnpicklingError, with the error
 */
export function fuzz(seed: number, goesOn: (round: number) => boolean): unknown[] {
  const random = new Random(seed);
  const corpus: Buffer[] = PICKLES.map(({ bytes }) => bytes);
  const first = corpus.length;
  const outcomes = new Set<string>();
  const failures: unknown[] = [];
  for (let round = 0; goesOn(round) && failures.length < 5; round++) {
    const bytes = mutate(random, random.pick(corpus), corpus, OPCODES);
    if (bytes.length > 4096) continue;
    try {
      const outcome = read(bytes, random.below(2) === 1);
      if (outcomes.has(outcome)) continue;
      outcomes.add(outcome);
      if (corpus.length < first + MOST_KEPT) corpus.push(bytes);
      else corpus[first + random.below(MOST_KEPT)] = bytes;
    } catch (error) {
      failures.push([bytes.toString('base64'), error]);
    }
  }
  return failures;
}

/** Reads, and writes what was read; both may be refused in their own ways. */
function read(bytes: Buffer, exact: boolean): string {
  let value: unknown;
  try {
    value = loadsPython(bytes, { exact });
  } catch (error) {
    if (!(error instanceof UnpicklingError)) throw error;
    if (error.cause !== undefined) throw error;
    return error.message.replace(/\d+/g, '#').slice(0, 80);
  }
  try {
    const again = dumpsPython(value);
    loadsPython(again, { exact });
    return again
      .toString('latin1')
      .replace(/[^(-\x98]/g, '')
      .slice(0, 12);
  } catch (error) {
    if (!(error instanceof PicklingError)) throw error;
    return error.message.replace(/\d+/g, '#').slice(-40);
  }
}
