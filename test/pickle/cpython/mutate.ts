import type { Random } from '../random.js';

const OPCODES = Buffer.from(
  '()]}.012FGIJKLMNRSTUVXacdeghijlopqrstu\x80\x81\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98BCPQb',
  'latin1',
);
/** What lengths and indexes are wrong by. */
const NUMBERS = [0, 1, 0x7f, 0x80, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/** A pickle with some of its bytes changed, as someone might who wants to break its reader. */
export function mutate(random: Random, bytes: Buffer, others: readonly Buffer[]): Buffer {
  let changed: Buffer = Buffer.from(bytes);
  for (let i = 1 + random.below(4); i > 0; i--) changed = change(random, changed, others);
  return changed;
}

function change(random: Random, bytes: Buffer, others: readonly Buffer[]): Buffer {
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
      return Buffer.concat([before, opcode(random), part, after]);
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
      number.writeUInt32LE(random.pick(NUMBERS));
      return Buffer.concat([before, number, bytes.subarray(Math.min(at + 4, bytes.length))]);
    }
    case 6:
      return Buffer.concat([
        before,
        opcode(random),
        bytes.subarray(Math.min(at + 1, bytes.length)),
      ]);
    default:
      return Buffer.concat([before, opcode(random), opcode(random), part, opcode(random), after]);
  }
}

function opcode(random: Random): Buffer {
  return Buffer.from([random.pick([...OPCODES])]);
}
