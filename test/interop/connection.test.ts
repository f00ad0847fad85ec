import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AuthenticationError } from 'heddle/multiprocessing';
import {
  type Address,
  ClientAsync,
  type Connection,
  Listener,
} from 'heddle/multiprocessing/connection';
import { Tuple } from 'heddle/pickle';
import { describe, expect, test } from 'vitest';
import { track } from '../setup/children.js';
import { findPythons, type Python } from './pythons.js';

const pythons = findPythons();
const KEY = Buffer.from('the key');
const program = join(import.meta.dirname, 'connection_peer.py');
const newAddress = (family: string): Address | null =>
  family === 'AF_INET' ? ['127.0.0.1', 0] : null;

/** A Python process that says lines of JSON. */
class Peer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor({ path }: Python, role: 'listen' | 'connect', where: string, key: Buffer | null) {
    this.#child = spawn(path, [program, role, where, key?.toString('hex') ?? '-'], {
      detached: true,
    });
    track(this.#child);
    this.#child.stderr.pipe(process.stderr);
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  async says(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('Python has ended');
    return JSON.parse(value);
  }
}

/** What both sides do with the connection. */
async function talk(connection: Connection, peer: Peer): Promise<void> {
  const order = (text: string) => connection.sendBytesAsync(Buffer.from(text));
  for (const size of [0, 1, 16_384, 16_385, 1_000_000]) {
    await order('bytes');
    const bytes = Buffer.alloc(size, 5);
    const sent = connection.sendBytesAsync(bytes);
    expect((await connection.recvBytesAsync()).equals(bytes)).toBe(true);
    await sent;
  }
  const values: [unknown, string][] = [
    [null, 'None'],
    [[1, -2, 1.5, 2n ** 70n, true], `[1, -2, 1.5, ${2n ** 70n}, True]`],
    [{ text: 'grüße \u{1f9f5}', list: [] }, "{'text': 'grüße \u{1f9f5}', 'list': []}"],
    [Tuple.of<unknown>(1, 'a'), "(1, 'a')"],
    [Buffer.from('b'), "b'b'"],
    [new Set([3]), '{3}'],
    [new Map([[1, 'one']]), "{1: 'one'}"],
  ];
  for (const [value, repr] of values) {
    await order('values');
    await connection.sendAsync(value);
    expect(await peer.says()).toBe(repr);
    expect(await connection.recvAsync()).toEqual(value);
  }
  await order('end');
  expect(await peer.says()).toBe('done');
  await expect(connection.recvAsync()).rejects.toThrow('the other end');
}

test.skipIf(pythons.length > 0)('there is a Python', ({ skip }) => skip('no Python 3.8 to 3.13'));

describe.each(pythons)('with Python $version', (python) => {
  describe.each(['AF_INET', 'AF_UNIX'])('over %s', (family) => {
    test.each([null, KEY])(
      'its Client connects to a Listener here, with the key %s',
      async (authkey) => {
        using listener = new Listener(newAddress(family), { authkey, serializer: 'pickle' });
        const peer = new Peer(python, 'connect', JSON.stringify(listener.address), authkey);
        using connection = await listener.acceptAsync();
        await talk(connection, peer);
      },
    );

    test.each([null, KEY])(
      'a Client here connects to its Listener, with the key %s',
      async (authkey) => {
        const peer = new Peer(python, 'listen', family, authkey);
        const address = (await peer.says()) as Address;
        using connection = await ClientAsync(address, { authkey, serializer: 'pickle' });
        await talk(connection, peer);
      },
    );

    test('wrong keys are told to both sides', async () => {
      const wrong = Buffer.from('wrong');
      using listener = new Listener(newAddress(family), { authkey: KEY });
      const client = new Peer(python, 'connect', JSON.stringify(listener.address), wrong);
      await expect(listener.acceptAsync()).rejects.toThrow(
        new AuthenticationError('digest received was wrong'),
      );
      expect(await client.says()).toBe('AuthenticationError: digest sent was rejected');

      const server = new Peer(python, 'listen', family, KEY);
      const address = (await server.says()) as Address;
      await expect(ClientAsync(address, { authkey: wrong })).rejects.toThrow(
        new AuthenticationError('digest sent was rejected'),
      );
      expect(await server.says()).toBe('AuthenticationError: digest received was wrong');
    });
  });

  test('the form of its messages is that of the answers, unless another was asked for', async () => {
    using listener = new Listener(null);
    const peer = new Peer(python, 'connect', JSON.stringify(listener.address), null);
    using connection = await listener.acceptAsync();
    // Bytes that are a pickle: what it sends back is one, too.
    await connection.sendBytesAsync(Buffer.from('bytes'));
    await connection.sendBytesAsync(Buffer.from([0x80, 4, 0x4e, 0x2e]));
    expect(await connection.recvAsync()).toBe(null);
    await connection.sendBytesAsync(Buffer.from('values'));
    await connection.sendAsync([1]);
    expect(await peer.says()).toBe('[1]');
    expect(await connection.recvAsync()).toEqual([1]);
    await connection.sendBytesAsync(Buffer.from('end'));
    expect(await peer.says()).toBe('done');
  });
});
