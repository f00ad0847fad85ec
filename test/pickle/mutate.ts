import type { Random } from './random.js';

/** What lengths and indexes are wrong by. */
const NUMBERS = [0, 1, 0x7f, 0x80, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/**
 * Bytes of which some were changed, as someone might who wants to break their reader.
 *
 * @param others what parts are taken from
 * @param words what means something to the reader
 */
export function mutate(
  random: Random,
  bytes: Buffer,
  others: readonly Buffer[],
  words: readonly Buffer[],
): Buffer {
  let changed: Buffer = Buffer.from(bytes);
  for (let i = 1 + random.below(4); i > 0; i--) changed = change(random, changed, others, words);
  return changed;
}

function change(
  random: Random,
  bytes: Buffer,
  others: readonly Buffer[],
  words: readonly Buffer[],
): Buffer {
  const word = () => random.pick(words);
  const at = random.below(bytes.length + 1);
  const length = random.below(Math.min(40, bytes.length - at + 1));
  const [before, part, after] = [
    bytes.subarray(0, at),
    bytes.subarray(at, at + length),
    bytes.subarray(at + length),
  ];
  switch (random.below(8)) {
    case 0:
      return Buffer.concat([before, Buffer.from([random.below(256)]), after]);
    case 1:
      return Buffer.concat([before, word(), part, after]);
    case 2:
      return Buffer.concat([before, part, part, part, after]);
    case 3:
      return Buffer.concat([before, after]);
    case 4: {
      const other = random.pick(others);
      const from = random.below(other.length);
      return Buffer.concat([before, other.subarray(from, from + random.below(60)), after]);
    }
    case 5: {
      const number = Buffer.alloc(random.pick([4, 8]));
      if (random.below(2) === 0) number.writeUInt32LE(random.pick(NUMBERS));
      else number.writeUInt32BE(random.pick(NUMBERS), number.length - 4);
      return Buffer.concat([before, number, bytes.subarray(Math.min(at + 4, bytes.length))]);
    }
    case 6:
      return Buffer.concat([before, word(), bytes.subarray(Math.min(at + 1, bytes.length))]);
    default:
      return Buffer.concat([before, word(), word(), part, word(), after]);
  }
}
