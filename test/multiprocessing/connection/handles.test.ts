import { closeSync, fstatSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { EOFError, OSError, RuntimeError, ValueError } from 'heddle/errors';
import { Pipe } from 'heddle/multiprocessing';
import { ClientAsync, type Connection, Listener } from 'heddle/multiprocessing/connection';
import {
  recvHandle,
  recvHandleAsync,
  sendHandle,
  sendHandleAsync,
} from 'heddle/multiprocessing/reduction';
import { describe, expect, test } from 'vitest';
import { endChildrenAfterEach, start } from '../../setup/processes.js';

endChildrenAfterEach();

const openNow = () => readdirSync('/proc/self/fd').length;

describe('a descriptor that is sent', () => {
  test('is a copy, of the same file, and goes between messages', () => {
    const [a, b] = Pipe();
    const file = openSync(import.meta.filename, 'r');
    a.send('before');
    sendHandle(a, file, process.pid);
    a.send('after');
    closeSync(file);
    expect(b.recv()).toBe('before');
    const copy = recvHandle(b);
    expect(b.recv()).toBe('after');
    expect(fstatSync(copy).size).toBe(readFileSync(import.meta.filename).length);
    closeSync(copy);
    for (const end of [a, b]) end.close();
  });

  test('goes to a child and back', async () => {
    const [here, there] = Pipe();
    const child = start({
      target: (end: Connection, recv: typeof recvHandle, send: typeof sendHandle) => {
        const handle = recv(end);
        end.send(handle);
        send(end, handle, null);
      },
      args: [there, recvHandle, sendHandle],
    });
    const [first, second] = Pipe();
    await sendHandleAsync(here, first.fileno(), child.pid);
    expect(await here.recvAsync()).toBeGreaterThan(2);
    const back = await recvHandleAsync(here);
    writeSync(back, Buffer.from([0, 0, 0, 1, 65]));
    expect(second.recvBytes().toString()).toBe('A');
    closeSync(back);
    await child.joinAsync();
    for (const end of [here, there, first, second]) end.close();
  });

  test('is waited for by a promise, which a signal ends', async () => {
    const [a, b] = Pipe();
    const given = recvHandleAsync(b, { signal: AbortSignal.abort(new Error('no more')) });
    await expect(given).rejects.toThrow('no more');
    const received = recvHandleAsync(b);
    const message = b.recvAsync();
    sendHandle(a, 0, null);
    a.send('next');
    closeSync(await received);
    expect(await message).toBe('next');
    a.close();
    await expect(recvHandleAsync(b)).rejects.toThrow(EOFError);
    expect(() => recvHandle(a)).toThrow('handle is closed');
    b.close();
  });

  test('stands apart from messages: anything else is an error, and leaves nothing open', () => {
    const [a, b] = Pipe();
    a.sendBytes(Buffer.from([1, 2]));
    expect(() => recvHandle(b)).toThrow(new RuntimeError('Invalid data received'));
    // The first byte of the message's length is gone.
    a.close();
    expect(() => b.recvBytes()).toThrow(OSError);
    b.close();

    const [c, d] = Pipe();
    writeSync(c.fileno(), Buffer.from([0, 0, 0, 9, 1]));
    const before = openNow();
    void d.recvBytesAsync().catch(() => undefined);
    // The message has begun.
    expect(() => recvHandle(d)).toThrow(new RuntimeError('Invalid data received'));
    for (const end of [c, d]) end.close();
    expect(openNow()).toBeLessThanOrEqual(before);
  });

  test('cannot go over a pipe of one direction or the internet, nor be none', async () => {
    const [receiver, sender] = Pipe(false);
    const local = 'descriptors go over sockets of the family AF_UNIX only';
    expect(() => sendHandle(sender, 0, null)).toThrow(new OSError(local));
    expect(() => recvHandle(receiver)).toThrow(new OSError(local));
    using listener = new Listener(['127.0.0.1', 0]);
    const ends = await Promise.all([ClientAsync(listener.address), listener.acceptAsync()]);
    expect(() => sendHandle(ends[0], 0, null)).toThrow(new OSError(local));
    const [a, b] = Pipe();
    expect(() => sendHandle(a, -1, null)).toThrow(ValueError);
    expect(() => sendHandle(a, 'x' as never, null)).toThrow(TypeError);
    expect(() => sendHandle({} as never, 0, null)).toThrow(TypeError);
    expect(() => sendHandle(a, 100_000, null)).toThrow(expect.objectContaining({ code: 'EBADF' }));
    expect(b.poll()).toBe(false);
    for (const end of [receiver, sender, ...ends, a, b]) end.close();
  });
});
