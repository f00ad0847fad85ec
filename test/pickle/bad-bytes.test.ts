import { dumps, loads, loadsAsync, UnpicklingError } from 'heddle/pickle';
import { describe, expect, test } from 'vitest';
import { LoomError, NamedMap, Point, Secret, twice } from '../fixtures/values.js';
import { Random } from './random.js';

const samples = [
  1,
  { a: [1, 'x', new Map([[1, new Set([2])]])] },
  [new Point(1, 2), new NamedMap('n', [[1, 2]]), new LoomError('stuck', 3), new Secret('s'), twice],
  [new Float64Array([1, 2]), Buffer.from('abc'), new DataView(new ArrayBuffer(3))],
  [Symbol.for('x'), Object.create(null), new URL('https://example.org')],
].map(dumps);

describe('loads', () => {
  test.each([
    ['nothing', Buffer.alloc(0), 'these bytes are no value that heddle has packed'],
    [
      'text',
      Buffer.from('{"json": "is not it"}'),
      'these bytes are no value that heddle has packed',
    ],
    [
      "CPython's pickle",
      Buffer.from('80049500', 'hex'),
      'these bytes are no value that heddle has packed',
    ],
    ['another version', changed(0, 1, 9), 'packed in version 9 of the form; this reads 1'],
    [
      'bytes that were cut',
      (samples[1] as Buffer).subarray(0, 20),
      /^20 bytes where there must be \d+$/,
    ],
    [
      'bytes too many',
      Buffer.concat([samples[0] as Buffer, Buffer.alloc(1)]),
      /^\d+ bytes where there must be \d+$/,
    ],
    ['no bytes', 'text' as unknown as Buffer, 'not a Buffer or Uint8Array'],
  ])('refuses %s', async (_, bytes, message) => {
    expect(() => loads(bytes)).toThrow(UnpicklingError);
    expect(() => loads(bytes)).toThrow(message);
    await expect(loadsAsync(bytes)).rejects.toThrow(message);
  });

  test('tells why a value cannot be rebuilt, with its cause', () => {
    const text = dumps(twice).toString('latin1');
    const bytes = Buffer.from(text.replace('["twice"]', '["thice"]'), 'latin1');
    expect(() => loads(bytes)).toThrow(/^cannot be rebuilt: .*values\.js does not export .*thice$/);
    expect(() => loads(bytes)).toThrow(expect.objectContaining({ cause: expect.any(Error) }));
  });

  test('cut anywhere, and with the length made to fit, gives a value or an UnpicklingError', () => {
    for (const whole of samples) {
      for (let length = 8; length < whole.length; length++) {
        const bytes = Buffer.from(whole.subarray(0, length));
        bytes.writeUInt32LE(length - 8, 4);
        tryToLoad(bytes);
      }
    }
  });

  test('with bytes changed at random gives a value or an UnpicklingError', () => {
    const random = new Random(7);
    for (let i = 0; i < 3000; i++) {
      const bytes = Buffer.from(random.pick(samples));
      for (let n = random.below(4); n >= 0; n--) {
        bytes[8 + random.below(bytes.length - 8)] = random.below(256);
      }
      tryToLoad(bytes);
    }
  });

  test('of random bytes gives a value or an UnpicklingError', () => {
    const random = new Random(8);
    for (let i = 0; i < 2000; i++) {
      const bytes = Buffer.from(
        Array.from({ length: 12 + random.below(60) }, () => random.below(256)),
      );
      bytes[0] = 0xed;
      bytes[1] = 1;
      bytes.writeUInt32LE(bytes.length - 8, 4);
      if (i % 2) bytes.set([0xff, 0x0f, random.below(8)], 8);
      tryToLoad(bytes);
    }
  });
});

function changed(sample: number, at: number, byte: number): Buffer {
  const bytes = Buffer.from(samples[sample] as Buffer);
  bytes[at] = byte;
  return bytes;
}

function tryToLoad(bytes: Buffer): void {
  try {
    loads(bytes);
  } catch (error) {
    if (!(error instanceof UnpicklingError)) throw error;
  }
}
