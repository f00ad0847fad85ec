import { constants } from 'node:buffer';

/** What a stream of frames has in it, and how it ends. */
export interface Outcome {
  messages: Buffer[];
  /** After a message; in the middle of one; or with a length that is none. */
  end: 'end' | 'cut' | 'bad';
}

const LONG = Buffer.alloc(4, 255);

/** A message and what stands before it; `isLong`: in the form that only those over 2 GiB need. */
export function frame(body: Uint8Array, isLong = false): Buffer {
  const head = Buffer.alloc(isLong ? 12 : 4);
  if (isLong) {
    head.set(LONG);
    head.writeBigUInt64BE(BigInt(body.length), 4);
  } else {
    head.writeInt32BE(body.length);
  }
  return Buffer.concat([head, body]);
}

/** Heads of frames, most of which lie. */
export const HEADS: readonly Buffer[] = [
  ...[0, 1, 2, 300, 0x7fff, 0x10_0000, 0x7fff_ffff, -2, -0x8000_0000].map((size) => {
    const head = Buffer.alloc(4);
    head.writeInt32BE(size);
    return head;
  }),
  ...[0n, 2n, 0x7fff_ffffn, 0x8000_0000n, 1n << 40n, (1n << 63n) - 1n, (1n << 64n) - 1n].map(
    (size) => {
      const head = Buffer.alloc(12, 255);
      head.writeBigUInt64BE(size, 4);
      return head;
    },
  ),
];

/** What CPython's rules make of a stream: in one go, without a thought of pieces. */
export function expectedOf(stream: Buffer, most: number = constants.MAX_LENGTH): Outcome {
  const messages: Buffer[] = [];
  for (let at = 0; ; ) {
    const rest = stream.length - at;
    if (rest === 0) return { messages, end: 'end' };
    if (rest < 4) return { messages, end: 'cut' };
    let size = BigInt(stream.readInt32BE(at));
    let head = 4;
    if (size === -1n) {
      if (rest < 12) return { messages, end: 'cut' };
      size = stream.readBigUInt64BE(at + 4);
      head = 12;
    }
    if (size < 0n || size > BigInt(most)) return { messages, end: 'bad' };
    if (BigInt(rest - head) < size) return { messages, end: 'cut' };
    at += head + Number(size);
    messages.push(stream.subarray(at - Number(size), at));
  }
}
