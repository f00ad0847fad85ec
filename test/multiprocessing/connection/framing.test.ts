import { writeSync } from 'node:fs';
import { OSError } from 'heddle/errors';
import { Pipe } from 'heddle/multiprocessing';
import type { Connection } from 'heddle/multiprocessing/connection';
import { UnpicklingError } from 'heddle/pickle';
import { Thread } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { Random } from '../../pickle/random.js';

const write = (end: Connection, ...bytes: number[]) => writeSync(end.fileno(), Buffer.from(bytes));

function fractions(seed: number): () => number {
  const random = new Random(seed);
  return () => random.below(1 << 20) / (1 << 20);
}

describe("CPython's framing", () => {
  test('is a length of four bytes, big-endian, and the message', () => {
    const [a, b] = Pipe();
    const raw = Buffer.alloc(7);
    a.sendBytes(Buffer.from('abc'));
    a.sendBytes(Buffer.of());
    // What has been framed once more: the outer frame is read as bytes of the inner one.
    write(b, 0, 0, 0, 7);
    a.close();
    const [c, d] = Pipe();
    write(c, 0, 0, 0, 7, 0, 0, 0, 3, 97, 98, 99);
    d.recvBytesInto(raw);
    expect(raw.toString('latin1')).toBe('\0\0\0\x03abc');
    expect(b.recvBytes().toString()).toBe('abc');
    expect(b.recvBytes()).toHaveLength(0);
  });

  test('a length of eight bytes is understood for every size', () => {
    const [a, b] = Pipe();
    write(a, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2);
    expect([...b.recvBytes()]).toEqual([1, 2]);
    write(a, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0);
    expect([...b.recvBytes()]).toEqual([]);
  });

  test.each([
    [[255, 255, 255, 254]],
    [[128, 0, 0, 0]],
    [[255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0]],
    [[255, 255, 255, 255, 127, 255, 255, 255, 255, 255, 255, 255]],
  ])('the length %j is an error, and nothing more can be received', (head) => {
    const [a, b] = Pipe();
    write(a, ...head, 1, 2, 3);
    expect(() => b.recvBytes()).toThrow(new OSError('bad message length'));
    expect(b.readable).toBe(false);
  });

  test('an impossible length is told to a promise, too, where it closes the connection', async () => {
    const [b, a] = Pipe(false);
    const received = [b.recvBytesAsync(), b.recvBytesAsync()];
    write(a, 128, 0, 0, 0);
    await expect(received[0]).rejects.toThrow('bad message length');
    await expect(received[1]).rejects.toThrow('handle is closed');
    expect(b.closed).toBe(true);
  });

  test('a length that is only announced costs no memory', () => {
    const [a, b] = Pipe();
    const before = process.memoryUsage().rss;
    // 2 GiB less one.
    write(a, 127, 255, 255, 255, 1, 2, 3);
    expect(b.poll()).toBe(true);
    a.close();
    expect(() => b.recvBytes()).toThrow(new OSError('got end of file during message'));
    expect(process.memoryUsage().rss - before).toBeLessThan(64 << 20);
  });

  test.each([[[0]], [[0, 0, 0]], [[0, 0, 0, 2, 1]], [[255, 255, 255, 255, 0]], [[0, 0, 0, 2]]])(
    'a message that is cut after %j is an error',
    (bytes) => {
      const [a, b] = Pipe();
      write(a, ...bytes);
      a.close();
      expect(() => b.recvBytes()).toThrow('got end of file during message');
    },
  );

  test('a value that is none is an UnpicklingError, and what follows is received', () => {
    const [a, b] = Pipe();
    const wrong = [
      [],
      [0xed],
      [0xed, 2, 0, 0],
      [0xed, 2, 9, 0, 1],
      [0xed, 1, 0, 0, 0],
      [0xed, 2, 0, 255, 1],
    ];
    a.send([new Date(0), new Map()]);
    wrong.push([...b.recvBytes().subarray(0, -4)]);
    for (const bytes of wrong) {
      a.sendBytes(Buffer.from(bytes));
      a.send('good');
      expect(() => b.recv(), `${bytes}`).toThrow(UnpicklingError);
      expect(b.recv()).toBe('good');
    }
  });

  test('messages in random pieces arrive as they are, received in random ways', async () => {
    const next = fractions(20_240_607);
    for (let round = 0; round < 40; round++) {
      const [a, b] = Pipe();
      const messages = Array.from({ length: 12 }, () => {
        const size = next() < 0.1 ? Math.floor(next() * 200_000) : Math.floor(next() * 40);
        return Buffer.alloc(size, Math.floor(next() * 256));
      });
      const stream = Buffer.concat(
        messages.flatMap((bytes) => {
          const head = Buffer.alloc(next() < 0.5 ? 4 : 12, 255);
          if (head.length === 4) head.writeInt32BE(bytes.length);
          else head.writeBigUInt64BE(BigInt(bytes.length), 4);
          return [head, bytes];
        }),
      );
      const pieces: Buffer[] = [];
      for (let at = 0; at < stream.length; ) {
        const size = next() < 0.5 ? 1 + Math.floor(next() * 9) : 1 + Math.floor(next() * 90_000);
        pieces.push(stream.subarray(at, at + size));
        at += size;
      }
      const thread = new Thread({
        target: async (end: Connection, parts: Buffer[]) => {
          const { writeSync } = await import('node:fs');
          for (const part of parts) {
            for (let at = 0; at < part.length; ) at += writeSync(end.fileno(), part, at);
          }
        },
        args: [a, pieces],
      });
      thread.start();
      for (const bytes of messages) {
        const got = next() < 0.5 ? b.recvBytes() : await b.recvBytesAsync();
        expect(got.equals(bytes)).toBe(true);
      }
      await thread.joinAsync();
      a.close();
      b.close();
    }
  });

  test('random bytes end in a message or an error, never in anything else', () => {
    const next = fractions(77);
    for (let round = 0; round < 2000; round++) {
      const [a, b] = Pipe();
      const bytes = Buffer.from(
        Array.from({ length: Math.floor(next() * 40) }, () =>
          next() < 0.6 ? 0 : Math.floor(next() * 256),
        ),
      );
      if (next() < 0.3) bytes.fill(255, 0, Math.min(4, bytes.length));
      writeSync(a.fileno(), bytes);
      a.close();
      for (;;) {
        try {
          if (next() < 0.5) b.recvBytes(1 << 16);
          else b.recv();
        } catch (error) {
          const { name } = error as Error;
          expect(['OSError', 'EOFError', 'UnpicklingError']).toContain(name);
          if (name !== 'UnpicklingError') break;
        }
      }
      b.close();
    }
  });
});
