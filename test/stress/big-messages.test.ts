import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Pipe } from 'heddle/multiprocessing';
import { type Connection, Listener } from 'heddle/multiprocessing/connection';
import { describe, expect, test } from 'vitest';
import { findPythons } from '../interop/pythons.js';
import { track } from '../setup/children.js';
import { endChildrenAfterEach, start } from '../setup/processes.js';

// Messages whose length takes eight bytes: 7 GiB of memory, and so only where they are asked for.
const IS_WANTED = process.env.HEDDLE_BIG_TESTS === '1';
const SIZE = 2 ** 31 + 16;
const TIME = 300_000;

endChildrenAfterEach();

/** A message with marks where lengths of 31 and 32 bits would go wrong. */
function makeBig(size: number): Buffer {
  const bytes = Buffer.alloc(size, 7);
  for (const at of [0, 2 ** 30, 2 ** 31 - 1, 2 ** 31, size - 1]) bytes[at] = at % 251;
  return bytes;
}

function checkBig(bytes: Buffer, size: number): void {
  expect(bytes.length).toBe(size);
  for (const at of [0, 2 ** 30, 2 ** 31 - 1, 2 ** 31, size - 1]) expect(bytes[at]).toBe(at % 251);
  for (const at of [1, 2 ** 30 + 1, 2 ** 31 - 2, size - 2]) expect(bytes[at]).toBe(7);
}

describe.skipIf(!IS_WANTED)('a message of more than 2 GiB', () => {
  test.each(['recvBytes', 'recvBytesInto', 'recvBytesAsync'])(
    'comes by %s',
    { timeout: TIME },
    async (how) => {
      const [here, there] = Pipe();
      const child = start({
        target: (end: Connection, make: typeof makeBig, size: number) => {
          end.sendBytes(make(size));
          end.sendBytes(Buffer.from('next'));
        },
        args: [there, makeBig, SIZE],
      });
      there.close();
      let bytes: Buffer;
      if (how === 'recvBytesInto') {
        bytes = Buffer.alloc(SIZE);
        expect(here.recvBytesInto(bytes)).toBe(SIZE);
      } else {
        bytes = how === 'recvBytes' ? here.recvBytes() : await here.recvBytesAsync();
      }
      checkBig(bytes, SIZE);
      expect(here.recvBytes().toString()).toBe('next');
      child.join();
      here.close();
    },
  );

  const python = findPythons().at(-1);
  test.skipIf(python === undefined)(
    'goes to Python and comes back',
    { timeout: TIME },
    async () => {
      using listener = new Listener(['127.0.0.1', 0], { serializer: 'pickle' });
      const program = join(import.meta.dirname, '../interop/connection_peer.py');
      const child = spawn(
        python?.path as string,
        [program, 'connect', JSON.stringify(listener.address), '-'],
        { detached: true, stdio: ['ignore', 'ignore', 'inherit'] },
      );
      track(child);
      using connection = await listener.acceptAsync();
      connection.sendBytes(Buffer.from('bytes'));
      let bytes = makeBig(SIZE);
      await connection.sendBytesAsync(bytes);
      bytes = Buffer.alloc(0);
      checkBig(await connection.recvBytesAsync(), SIZE);
      connection.sendBytes(Buffer.from('end'));
      await once(child, 'exit');
      expect(child.exitCode).toBe(0);
    },
  );
});
