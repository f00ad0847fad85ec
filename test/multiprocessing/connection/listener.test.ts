import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { ConnectionRefusedError, FileNotFoundError, OSError, ValueError } from 'heddle/errors';
import { currentProcess, Process } from 'heddle/multiprocessing';
import { type Address, Client, ClientAsync, Listener } from 'heddle/multiprocessing/connection';
import { Thread } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { runNode } from '../../setup/children.js';
import { endChildrenAfterEach, start } from '../../setup/processes.js';

endChildrenAfterEach();

const abstract = () => `\0heddle-test-${process.pid}-${Math.random()}`;
const KINDS: [string, () => Address | null][] = [
  ['a free path', () => null],
  ['a free port of this machine', () => ['127.0.0.1', 0]],
  ['a name that is looked up', () => ['localhost', 0]],
  ['an abstract name', abstract],
  ['an abstract name in bytes', () => Buffer.from(abstract())],
];

describe.each(KINDS)('a listener at %s', (_, address) => {
  test.each([null, Buffer.from('secret'), Buffer.alloc(0)])(
    'accepts threads and promises, with the key %j',
    async (authkey) => {
      using listener = new Listener(address(), { authkey });
      const thread = new Thread({
        target: (at: Address, key: Uint8Array | null) => {
          using client = Client(at, { authkey: key });
          client.send(client.recv());
        },
        args: [listener.address, authkey],
      });
      thread.start();
      using accepted = listener.accept();
      accepted.send({ from: 'listener' });
      expect(accepted.recv()).toEqual({ from: 'listener' });
      thread.join();
      const [server, client] = await Promise.all([
        listener.acceptAsync(),
        ClientAsync(listener.address, { authkey }),
      ]);
      await client.sendAsync([1, 2]);
      expect(await server.recvAsync()).toEqual([1, 2]);
      server.close();
      client.close();
    },
  );
});

describe('a listener', () => {
  test('tells its address, with the port that was chosen, and that of whom it accepted', async () => {
    using listener = new Listener(['127.0.0.1', 0]);
    expect(listener.lastAccepted).toBe(null);
    const [host, port] = listener.address as [string, number];
    expect([host, port > 0]).toEqual(['127.0.0.1', true]);
    using client = await ClientAsync(listener.address);
    using server = listener.accept();
    expect((listener.lastAccepted as [string, number])[0]).toBe('127.0.0.1');
    expect([client.closed, server.closed]).toEqual([false, false]);
    using local = new Listener();
    expect(local.address).toMatch(/\/pymp-\w+\/listener-\w+$/);
    using _ = await ClientAsync(local.address);
    local.accept().close();
    expect(local.lastAccepted).toBe('');
  });

  test('removes its path when it is closed, and then accepts nobody', async () => {
    const listener = new Listener();
    const path = listener.address as string;
    expect(existsSync(path)).toBe(true);
    const waiting = expect(listener.acceptAsync()).rejects.toThrow('listener is closed');
    listener.close();
    listener.close();
    await waiting;
    expect(existsSync(path)).toBe(false);
    expect(() => listener.accept()).toThrow(new OSError('listener is closed'));
    expect(() => Client(path)).toThrow(FileNotFoundError);
  });

  test('removes path and folder at the end of a program that has not closed it', async () => {
    const { stdout } = await runNode([
      '--input-type=module',
      '-e',
      `import { Listener } from 'heddle/multiprocessing/connection';
       console.log(new Listener().address);`,
    ]);
    expect(stdout).toMatch(/listener-/);
    expect(existsSync(stdout.trim().replace(/\/listener-.*/, ''))).toBe(false);
  });

  test('is at an address once', () => {
    using listener = new Listener(['127.0.0.1', 0]);
    const again = () => new Listener(listener.address);
    expect(again).toThrow(OSError);
    expect(again).toThrow('[Errno 98]');
  });

  test('goes on when a wait for somebody was aborted', async () => {
    using listener = new Listener();
    const controller = new AbortController();
    const waiting = expect(listener.acceptAsync({ signal: controller.signal })).rejects.toThrow(
      'enough',
    );
    controller.abort(new Error('enough'));
    await waiting;
    using client = await ClientAsync(listener.address);
    using server = await listener.acceptAsync();
    client.send(1);
    expect(server.recv()).toBe(1);
  });

  test('with a full backlog takes all who come, in time', async () => {
    using listener = new Listener(null, { backlog: 1 });
    const clients = Array.from({ length: 12 }, () => ClientAsync(listener.address));
    await setImmediate();
    const servers = [];
    for (const _ of clients) servers.push(await listener.acceptAsync());
    for (const end of [...(await Promise.all(clients)), ...servers]) end.close();
  });

  test('wrong addresses, families and options are told', () => {
    expect(() => new Listener(['127.0.0.1', -1])).toThrow(ValueError);
    expect(() => new Listener(5 as never)).toThrow(ValueError);
    expect(() => new Listener(null, { family: 'AF_PIPE' as never })).toThrow(
      new ValueError('Family AF_PIPE is not recognized.'),
    );
    expect(() => Client('\\\\.\\pipe\\x')).toThrow(
      new ValueError('Family AF_PIPE is not recognized.'),
    );
    expect(() => Client('/tmp/x', { family: 'AF_INET' })).toThrow(ValueError);
    expect(() => new Listener(null, { authkey: 'text' as never })).toThrow(TypeError);
    expect(() => new Listener(null, { unknown: 1 } as never)).toThrow("unknown option 'unknown'");
    expect(() => Client(`/${'x'.repeat(200)}`)).toThrow(OSError);
  });

  test('nobody listens: the error says so', async () => {
    const listener = new Listener(['127.0.0.1', 0]);
    listener.close();
    expect(() => Client(listener.address)).toThrow(ConnectionRefusedError);
    await expect(ClientAsync(listener.address)).rejects.toThrow(ConnectionRefusedError);
  });
});

describe("a process's key", () => {
  test('is random, and that of its children', () => {
    const key = currentProcess().authkey;
    expect(key).toHaveLength(32);
    using listener = new Listener(null, { authkey: key });
    const child = start({
      target: (address: Address) => {
        using client = Client(address, { authkey: currentProcess().authkey });
        client.send('known');
      },
      args: [listener.address],
    });
    using server = listener.accept();
    expect(server.recv()).toBe('known');
    child.join();
  });

  test('can be set, for the process and for a child that is not started', () => {
    const before = currentProcess().authkey;
    currentProcess().authkey = Buffer.from('mine');
    expect(currentProcess().authkey.toString()).toBe('mine');
    currentProcess().authkey = before;
    using listener = new Listener(null, { authkey: Buffer.from('theirs') });
    const child = new Process({
      daemon: true,
      target: (address: Address) =>
        Client(address, { authkey: currentProcess().authkey }).send('known'),
      args: [listener.address],
    });
    child.authkey = Buffer.from('theirs');
    child.start();
    expect(listener.accept().recv()).toBe('known');
    child.join();
    expect(() => {
      child.authkey = 'text' as never;
    }).toThrow(TypeError);
  });
});
