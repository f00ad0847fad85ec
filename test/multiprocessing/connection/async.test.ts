import { writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { EOFError } from 'heddle/errors';
import { Pipe } from 'heddle/multiprocessing';
import { describe, expect, test } from 'vitest';
import { runNode } from '../../setup/children.js';

const MEGA = 1 << 20;

describe('without blocking', () => {
  test('values and bytes are received in the order in which they were asked for', async () => {
    const [a, b] = Pipe();
    const results = [
      b.recvAsync(),
      b.recvBytesAsync(),
      b.recvBytesIntoAsync(new Uint8Array(4)),
      b.recvAsync(),
    ];
    a.send('first');
    await a.sendBytesAsync(Buffer.from('second'));
    await a.sendBytesAsync(Buffer.from('abcd'));
    await a.sendAsync({ last: true });
    expect(await Promise.all(results)).toEqual(['first', Buffer.from('second'), 4, { last: true }]);
  });

  test('messages that the system cannot take at once go on in their order, and whole', async () => {
    const [a, b] = Pipe();
    const messages = [3 * MEGA, 0, 5, MEGA, 7].map((size, i) => Buffer.alloc(size, i + 1));
    const sent = messages.map((bytes) => a.sendBytesAsync(bytes));
    for (const bytes of messages) expect((await b.recvBytesAsync()).equals(bytes)).toBe(true);
    await Promise.all(sent);
  });

  test('the sender may change its bytes at once', async () => {
    const [a, b] = Pipe();
    const large = Buffer.alloc(2 * MEGA, 1);
    const small = Buffer.from('before');
    const sent = [a.sendBytesAsync(large), a.sendBytesAsync(small)];
    large.fill(9);
    small.write('after!');
    expect((await b.recvBytesAsync()).every((byte) => byte === 1)).toBe(true);
    expect((await b.recvBytesAsync()).toString()).toBe('before');
    await Promise.all(sent);
  });

  test('a blocking call finishes what a promise has begun, in both directions', async () => {
    const [a, b] = Pipe();
    const large = Buffer.alloc(MEGA, 3);
    const sending = a.sendBytesAsync(large);
    const receiving = b.recvBytesAsync();
    await setImmediate();
    const [c, d] = Pipe();
    const other = c.sendBytesAsync(large);
    expect(d.recvBytes.bind(d, 5)).toThrow('bad message length');
    c.close();
    await expect(other).rejects.toThrow('handle is closed');
    expect((await receiving).equals(large)).toBe(true);
    await sending;
    a.sendBytes(Buffer.from('after'));
    expect(b.recvBytes().toString()).toBe('after');
  });

  test('half a message stays where it is until the rest comes', async () => {
    const [a, b] = Pipe();
    writeSync(a.fileno(), Buffer.from([0, 0]));
    const controller = new AbortController();
    const given = b.recvBytesAsync(null, { signal: controller.signal });
    await setImmediate();
    controller.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    const taken = b.recvBytesAsync();
    writeSync(a.fileno(), Buffer.from([0, 3, 1, 2]));
    await setImmediate();
    writeSync(a.fileno(), Buffer.from([3, 0, 0, 0, 0]));
    expect([...(await taken)]).toEqual([1, 2, 3]);
    expect(b.recvBytes()).toHaveLength(0);
  });

  test('a signal ends a wait, and its turn goes to the next', async () => {
    const [a, b] = Pipe();
    const controller = new AbortController();
    const first = b.recvAsync({ signal: controller.signal });
    const second = b.recvAsync();
    controller.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    a.send(2);
    expect(await second).toBe(2);
    await expect(b.recvAsync({ signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow(
      'before',
    );
    await expect(b.recvAsync({ timeout: 1 } as never)).rejects.toThrow(TypeError);
  });

  test('an aborted send that has begun is written whole all the same', async () => {
    const [a, b] = Pipe();
    const controller = new AbortController();
    const large = Buffer.alloc(2 * MEGA, 4);
    const sent = a.sendBytesAsync(large, 0, null, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(sent).rejects.toThrow('enough');
    const next = a.sendBytesAsync(Buffer.from('next'));
    expect((await b.recvBytesAsync()).equals(large)).toBe(true);
    expect((await b.recvBytesAsync()).toString()).toBe('next');
    await next;
  });

  test('the end and a close are told to all who wait', async () => {
    const [a, b] = Pipe();
    const waiting = [b.recvAsync(), b.recvBytesAsync()].map((wait) =>
      expect(wait).rejects.toThrow(EOFError),
    );
    a.close();
    await Promise.all(waiting);
    const [c, d] = Pipe();
    const closed = [d.recvAsync(), d.pollAsync({ timeout: null })].map((wait) =>
      expect(wait).rejects.toThrow('handle is closed'),
    );
    d.close();
    await Promise.all(closed);
    c.close();
  });

  test('poll tells whether there is something, and whether the time was over', async () => {
    const [a, b] = Pipe();
    expect(b.poll()).toBe(false);
    expect(b.poll(0.001)).toBe(false);
    expect(await b.pollAsync()).toBe(false);
    expect(await b.pollAsync({ timeout: 0.001 })).toBe(false);
    const waiting = b.pollAsync({ timeout: null });
    a.send(1);
    expect(await waiting).toBe(true);
    expect(await b.pollAsync()).toBe(true);
    expect(b.poll(null)).toBe(true);
    expect(b.recv()).toBe(1);
  });

  test('a wait keeps the program alive; a connection alone does not', async () => {
    const program = (wait: string) =>
      `import { Pipe } from 'heddle/multiprocessing';
       const [a, b] = Pipe();
       ${wait}
       process.on('exit', () => console.log('ended'));`;
    const run = (wait: string) => runNode(['--input-type=module', '-e', program(wait)]);
    expect((await run('')).stdout).toBe('ended\n');
    const script =
      'b.recvAsync().then(console.log); setTimeout(() => a.send("came"), 20).unref(); setTimeout(() => {}, 50)';
    expect((await run(script)).stdout).toBe('came\nended\n');
  });
});
