import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { OSError, ValueError } from 'heddle/errors';
import { Pipe } from 'heddle/multiprocessing';
import {
  ClientAsync,
  type Connection,
  Listener,
  wait,
  waitAsync,
} from 'heddle/multiprocessing/connection';
import { describe, expect, test } from 'vitest';
import { endChildrenAfterEach, start } from '../../setup/processes.js';

endChildrenAfterEach();

describe('wait', () => {
  test('gives those that are ready, in their order', () => {
    const pipes = Array.from({ length: 40 }, () => Pipe());
    const ends = pipes.map(([, end]) => end);
    expect(wait(ends, 0)).toEqual([]);
    pipes[3]?.[0].send(3);
    pipes[1]?.[0].send(1);
    pipes[7]?.[0].close();
    const ready = wait(ends);
    expect(ready).toHaveLength(3);
    expect(ready.map((end) => ends.indexOf(end))).toEqual([1, 3, 7]);
  });

  test('ends when its time is over, also without anything to wait for', async () => {
    const [, b] = Pipe();
    expect(wait([b], 0.01)).toEqual([]);
    expect(wait([b], -5)).toEqual([]);
    expect(wait([], 0.01)).toEqual([]);
    expect(await waitAsync([b], { timeout: 0.01 })).toEqual([]);
    expect(await waitAsync([], { timeout: 0.01 })).toEqual([]);
  });

  test('takes sentinels, listeners, descriptors and the sockets of node:net', async () => {
    using listener = new Listener();
    const [a, b] = Pipe();
    const child = start({ target: (end: Connection) => void end.recv(), args: [b] });
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const socket: Socket = connect(port, '127.0.0.1');
    const [[accepted]] = await Promise.all([once(server, 'connection'), once(socket, 'connect')]);
    socket.pause();
    const [c, d] = Pipe();
    const all = [child.sentinel, listener, d.fileno(), socket];
    expect(wait(all, 0)).toEqual([]);
    c.send(1);
    expect(wait(all)).toEqual([d.fileno()]);
    d.recv();
    const connecting = ClientAsync(listener.address);
    expect(await waitAsync(all)).toEqual([listener]);
    listener.accept().close();
    (await connecting).close();
    a.send('end');
    expect(wait(all)).toEqual([child.sentinel]);
    child.join();
    accepted.destroy();
    socket.destroy();
    server.close();
  });

  test('without blocking, many promises wait for the same and for different ones', async () => {
    const pipes = Array.from({ length: 5 }, () => Pipe());
    const ends = pipes.map(([, end]) => end);
    const first = waitAsync(ends);
    const second = waitAsync([ends[2], ends[4]] as Connection[]);
    const readable = ends[2]?.recvAsync();
    const controller = new AbortController();
    const aborted = waitAsync(ends, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    pipes[2]?.[0].send('here');
    // Whoever is told may find that another was faster.
    await Promise.all([first, second]);
    expect(await readable).toBe('here');
  });

  test('what cannot be waited for is told', () => {
    const [a] = Pipe();
    a.close();
    expect(() => wait([a])).toThrow(new OSError('handle is closed'));
    expect(() => wait([-1])).toThrow(ValueError);
    expect(() => wait([{}])).toThrow(TypeError);
    expect(() => wait(['x' as never])).toThrow(TypeError);
    expect(() => wait(5 as never)).toThrow(TypeError);
  });
});
