import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { Pipe, Queue } from 'heddle/multiprocessing';
import { ClientAsync, type Connection, Listener } from 'heddle/multiprocessing/connection';
import { dumps, PicklingError } from 'heddle/pickle';
import { Thread } from 'heddle/threading';
import { afterEach, describe, expect, test } from 'vitest';
import { endChildrenAfterEach, start } from '../../setup/processes.js';

endChildrenAfterEach();

const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0)) each();
});

/** A server that lets its connections be read by others, at a port or a path. */
async function listening(path?: string): Promise<Server> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  if (path === undefined) server.listen(0, '127.0.0.1');
  else server.listen(path);
  undo.push(() => server.close());
  await once(server, 'listening');
  return server;
}

/** Both ends of a connection by node:net; nothing of the first one is read here. */
async function socketPair(path?: string): Promise<[Socket, Socket]> {
  const server = await listening(path);
  const client = path === undefined ? connect(portOf(server), '127.0.0.1') : connect(path);
  const [[accepted]] = await Promise.all([once(server, 'connection'), once(client, 'connect')]);
  undo.push(
    () => client.destroy(),
    () => accepted.destroy(),
  );
  return [accepted, client];
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'heddle-sockets-'));
  undo.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Everything until the end. */
async function allOf(socket: Socket): Promise<string> {
  let text = '';
  for await (const part of socket) text += part;
  return text;
}

/** Answers to what comes, in capitals, and says who has done it. */
const shout = (socket: Socket) => {
  let text = '';
  socket.on('data', (part) => {
    text += part;
  });
  socket.on('end', () => socket.end(`${text.toUpperCase()} ${process.pid}`));
  socket.resume();
};

describe('a socket of node:net', () => {
  test('goes to a child as an argument, and can be closed here at once', async () => {
    const [accepted, client] = await socketPair();
    const child = start({ target: shout, args: [accepted] });
    accepted.destroy();
    client.end('hello');
    expect(await allOf(client)).toBe(`HELLO ${child.pid}`);
    await child.joinAsync();
  });

  test('of a path in the file system goes over a queue', async () => {
    const [accepted, client] = await socketPair(join(folder(), 'socket'));
    const queue = new Queue<{ socket: Socket }>();
    const child = start({
      target: async (from: Queue<{ socket: Socket }>, use: typeof shout) =>
        use((await from.getAsync()).socket),
      args: [queue, shout],
    });
    queue.put({ socket: accepted });
    accepted.destroy();
    client.end('by a queue');
    expect(await allOf(client)).toBe(`BY A QUEUE ${child.pid}`);
    await child.joinAsync();
  });

  test('goes unread through a process that passes it on', async () => {
    const [first, inward] = Pipe();
    const [outward, last] = Pipe();
    const relay = start({
      target: (from: Connection, to: Connection) => {
        to.send(from.recv());
        // It has to live until the socket was fetched.
        from.recv();
      },
      args: [inward, outward],
    });
    const [accepted, client] = await socketPair();
    client.end('two hands');
    first.send({ socket: accepted });
    accepted.destroy();
    const { socket } = (await last.recvAsync()) as { socket: Socket };
    first.send('fetched');
    await relay.joinAsync();
    expect(socket).toBeInstanceOf(Socket);
    expect(socket.remotePort).toBe(client.localPort);
    shout(socket);
    expect(await allOf(client)).toBe(`TWO HANDS ${process.pid}`);
  });

  test('goes over a connection of the internet, to whoever has the key', async () => {
    using listener = new Listener(['127.0.0.1', 0], { authkey: Buffer.from('key') });
    const [sender, receiver] = await Promise.all([
      ClientAsync(listener.address, { authkey: Buffer.from('key') }),
      listener.acceptAsync(),
    ]);
    const [accepted, client] = await socketPair();
    await sender.sendAsync([accepted]);
    const [socket] = (await receiver.recvAsync()) as [Socket];
    // A copy: the sender's is still open.
    accepted.write('first, ');
    client.end('copies');
    shout(socket);
    accepted.destroy();
    expect(await allOf(client)).toBe(`first, COPIES ${process.pid}`);
    for (const end of [sender, receiver]) end.close();
  });

  test('goes to a thread', async () => {
    const [accepted, client] = await socketPair();
    const thread = new Thread({ target: shout, args: [accepted] });
    thread.start();
    accepted.destroy();
    client.end('thread');
    expect(await allOf(client)).toBe(`THREAD ${process.pid}`);
    await thread.joinAsync();
  });

  test('of which one direction has ended arrives with the other', async () => {
    const [accepted, client] = await socketPair();
    const [here, there] = Pipe();
    accepted.end('only this');
    await once(accepted, 'finish');
    here.send(accepted);
    accepted.destroy();
    const socket = (await there.recvAsync()) as Socket;
    expect([socket.readable, socket.writable, socket.allowHalfOpen]).toEqual([true, false, true]);
    expect(await allOf(client)).toBe('only this');
    socket.destroy();
    for (const end of [here, there]) end.close();
  });

  test('is closed for the other end when all copies are, and leaves no descriptor', async () => {
    const [here, there] = Pipe();
    const child = start({
      target: (from: Connection) => {
        for (let got = from.recv(); got !== null; got = from.recv()) (got as Socket).destroy();
      },
      args: [there],
    });
    const pass = async () => {
      const [accepted, client] = await socketPair();
      here.send(accepted);
      accepted.destroy();
      expect(await allOf(client)).toBe('');
      client.destroy();
      await once(client, 'close');
      for (const each of undo.splice(0)) each();
    };
    await pass();
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 20; i++) await pass();
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before + 2);
    here.send(null);
    await child.joinAsync();
  });

  test('that is not connected, or has more than a descriptor, is refused', async () => {
    const [here] = Pipe();
    const [accepted, client] = await socketPair();
    expect(() => here.send(new TLSSocket(accepted))).toThrow(PicklingError);
    expect(() => here.send({ tls: new TLSSocket(client) })).toThrow(
      'value.tls: an instance of the built-in class TLSSocket; its keys stay in this thread',
    );
    const unconnected = 'value[0]: a Socket that is not connected, or closed';
    expect(() => here.send([new Socket()])).toThrow(unconnected);
    client.destroy();
    expect(() => here.send([client])).toThrow(unconnected);
    expect(() => dumps([accepted])).toThrow(PicklingError);
    here.send('and the connection goes on');
  });
});

describe('a server of node:net', () => {
  test.each(['a port', 'a path'])(
    'at %s goes to a child, which accepts who comes',
    async (where) => {
      const path = where === 'a path' ? join(folder(), 'server') : undefined;
      const server = await listening(path);
      const [here, there] = Pipe();
      const child = start({
        target: (from: Connection, use: typeof shout) => {
          const server = from.recv() as Server;
          server.on('connection', (socket) => {
            server.close();
            use(socket);
          });
          server.on('listening', () => from.send(server.listening));
        },
        args: [there, shout],
      });
      here.send(server);
      expect(await here.recvAsync()).toBe(true);
      if (path === undefined) {
        const port = portOf(server);
        server.close();
        const client = connect(port, '127.0.0.1');
        client.end('served');
        expect(await allOf(client)).toBe(`SERVED ${child.pid}`);
      } else {
        const client = connect(path);
        // Accepted by either of the two.
        server.on('connection', (socket) => shout(socket));
        client.end('served');
        expect(await allOf(client)).toMatch(/^SERVED \d+$/);
        child.kill();
      }
      await child.joinAsync();
    },
  );

  test('that nobody listens to accepts nobody', async () => {
    const server = await listening();
    const [here, there] = Pipe();
    here.send([server]);
    const [received] = (await there.recvAsync()) as [Server];
    expect(received).toBeInstanceOf(Server);
    expect(received.listening).toBe(false);
    received.on('connection', (socket) => socket.end('here'));
    await once(received, 'listening');
    const port = portOf(server);
    server.close();
    expect(portOf(received)).toBe(port);
    expect(await allOf(connect(port, '127.0.0.1'))).toBe('here');
    received.close();
  });

  test('of HTTP, and one that does not listen, are refused', () => {
    const [here] = Pipe();
    expect(() => here.send(createHttpServer())).toThrow(PicklingError);
    expect(() => here.send(createServer())).toThrow('value: a Server that does not listen');
  });
});
