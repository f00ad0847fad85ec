import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { RuntimeError } from 'heddle/errors';
import { Pipe } from 'heddle/multiprocessing';
import { Listener } from 'heddle/multiprocessing/connection';
import { recvHandle, recvHandleAsync, sendHandle } from 'heddle/multiprocessing/reduction';
import { describe, expect, test } from 'vitest';
import { openDescriptors } from '../multiprocessing/connection/observe.js';
import { track } from '../setup/children.js';
import { pythons } from './pythons.js';

const program = join(import.meta.dirname, 'handles_peer.py');

test.skipIf(pythons.length > 0)('there is a Python', ({ skip }) => skip('no Python 3.8 to 3.13'));

describe.each(pythons)('with Python $version', ({ path }) => {
  test('descriptors go both ways, between messages, and several at once are refused', async () => {
    using listener = new Listener('\0', { serializer: 'pickle' });
    const child = spawn(path, [program, (listener.address as string).slice(1)], {
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    track(child);
    using connection = await listener.acceptAsync();

    // Python writes into the one that it gets, and sends the reading end of a pipe of its own.
    const [reader, writer] = Pipe(false);
    connection.send('a descriptor comes');
    sendHandle(connection, writer.fileno(), child.pid);
    writer.close();
    expect((await reader.recvBytesAsync()).toString()).toBe('written by Python');
    reader.close();

    expect(await connection.recvAsync()).toBe('one comes back');
    const handle = await recvHandleAsync(connection);
    const into = Buffer.alloc(64);
    expect(into.toString('utf8', 0, readSync(handle, into))).toBe('read by Node');
    closeSync(handle);

    const before = openDescriptors();
    connection.send('several');
    expect(await connection.recvAsync()).toBe('several come');
    expect(() => recvHandle(connection)).toThrow(new RuntimeError('Invalid data received'));
    expect(openDescriptors()).toBe(before);
    connection.send('end');
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
  });
});
