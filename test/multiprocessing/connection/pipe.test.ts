import { readdirSync, writeSync } from 'node:fs';
import { inspect } from 'node:util';
import { BrokenPipeError, EOFError, OSError, ValueError } from 'heddle/errors';
import { BufferTooShort, Lock, Pipe } from 'heddle/multiprocessing';
import { Connection } from 'heddle/multiprocessing/connection';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { PicklingError } from 'heddle/pickle';
import { Thread } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { runNode } from '../../setup/children.js';

const descriptors = () => readdirSync('/proc/self/fd').length;

describe('a pipe', () => {
  test('brings values of every kind from either end to the other', () => {
    const [a, b] = Pipe();
    const shared = { name: 'warp' };
    const values = [
      ...[null, undefined, true, 0, -0, 1.5, Number.NaN, '', 'grüße \u{1f9f5}', '\ud800', 10n],
      { a: [1, { b: 2 }] },
      new Map<unknown, unknown>([[{ k: 1 }, new Set([1, 2])]]),
      new Date(5),
      [shared, shared],
      new Float64Array([1, 2, 3]),
      'weft'.repeat(100_000),
      Buffer.from('bytes'),
    ];
    const sendAll = (end: Connection, all: unknown[]) => {
      for (const value of all) end.send(value);
    };
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const thread = new Thread({ target: sendAll, args: [from, values] });
      thread.start();
      for (const value of values) expect(to.recv()).toEqual(value);
      thread.join();
    }
    const large = Buffer.alloc(100_000, 5);
    a.send([large]);
    expect((b.recv() as [Buffer])[0].equals(large)).toBe(true);
    a.send([shared, shared]);
    const [first, second] = b.recv() as unknown[];
    expect(first).toBe(second);
  });

  test('of one direction has an end that only receives and one that only sends', () => {
    const [receiver, sender] = Pipe(false);
    sender.send('weft');
    expect(receiver.recv()).toBe('weft');
    expect([receiver.readable, receiver.writable]).toEqual([true, false]);
    expect([sender.readable, sender.writable]).toEqual([false, true]);
    expect(() => receiver.send(1)).toThrow(new OSError('connection is read-only'));
    expect(() => sender.recv()).toThrow(new OSError('connection is write-only'));
    expect(() => sender.poll()).toThrow(new OSError('connection is write-only'));
  });

  test('what is left can be received after the other end was closed, and then there is an EOFError', () => {
    const [a, b] = Pipe();
    a.send(1);
    a.sendBytes(Buffer.from('two'));
    a.close();
    expect(b.poll()).toBe(true);
    expect(b.recv()).toBe(1);
    expect(b.recvBytes().toString()).toBe('two');
    expect(b.poll()).toBe(true);
    expect(() => b.recv()).toThrow(EOFError);
    expect(() => b.recvBytes()).toThrow(EOFError);
    expect(() => b.send(1)).toThrow(BrokenPipeError);
  });

  test('a closed end can do nothing more, and gives its descriptor back', () => {
    const before = descriptors();
    const [a, b] = Pipe();
    expect(descriptors()).toBe(before + 2);
    expect(inspect(a)).toBe(`Connection(handle=${a.fileno()})`);
    {
      using end = a;
      expect(end.closed).toBe(false);
    }
    b.close();
    b.close();
    expect(a.closed).toBe(true);
    expect(inspect(a)).toBe('Connection(closed)');
    expect(descriptors()).toBe(before);
    const closed = new OSError('handle is closed');
    expect(() => a.send(1)).toThrow(closed);
    expect(() => a.recv()).toThrow(closed);
    expect(() => a.sendBytes(Buffer.of())).toThrow(closed);
    expect(() => a.recvBytes()).toThrow(closed);
    expect(() => a.poll()).toThrow(closed);
    expect(() => a.fileno()).toThrow(closed);
  });

  test('what cannot travel is refused by its path, and nothing is sent', () => {
    const [a, b] = Pipe();
    expect(() => a.send({ locks: [new Lock()] })).toThrow(PicklingError);
    expect(() => a.send({ locks: [new Lock()] })).toThrow(
      'value.locks[0]: a Lock, which cannot be sent over a connection',
    );
    using memory = new SharedMemory({ create: true, size: 8 });
    expect(() => a.send(memory)).toThrow('a SharedMemory, which cannot be sent over a connection');
    expect(b.poll()).toBe(false);
  });

  test('functions travel', () => {
    const [a, b] = Pipe();
    const factor = 3;
    a.send((n: number) => n * factor);
    expect((b.recv() as (n: number) => number)(14)).toBe(42);
  });
});

describe('bytes', () => {
  test('are sent from any view, in part, and received as they are', () => {
    const [a, b] = Pipe();
    const bytes = Buffer.from('heddles');
    a.sendBytes(bytes);
    a.sendBytes(bytes, 3);
    a.sendBytes(bytes, 1, 2);
    a.sendBytes(bytes, 7);
    a.sendBytes(new Uint16Array([0x4142]));
    a.sendBytes(new Uint8Array([9]).buffer);
    const got = Array.from({ length: 6 }, () => b.recvBytes().toString('latin1'));
    expect(got).toEqual(['heddles', 'dles', 'ed', '', 'BA', '\t']);
  });

  test('offsets and sizes outside the buffer are ValueErrors, anything else a TypeError', () => {
    const [a, b] = Pipe();
    const bytes = Buffer.alloc(4);
    const error = (text: string) => new ValueError(text);
    expect(() => a.sendBytes(bytes, -1)).toThrow(error('offset is negative'));
    expect(() => a.sendBytes(bytes, 5)).toThrow(error('buffer length < offset'));
    expect(() => a.sendBytes(bytes, 0, -1)).toThrow(error('size is negative'));
    expect(() => a.sendBytes(bytes, 2, 3)).toThrow(error('buffer length < offset + size'));
    expect(() => a.sendBytes('text' as never)).toThrow(TypeError);
    expect(() => a.recvBytes(-1)).toThrow(error('negative maxlength'));
    expect(() => a.recvBytesInto(bytes, -1)).toThrow(error('negative offset'));
    expect(() => a.recvBytesInto(bytes, 5)).toThrow(error('offset too large'));
    expect(b.poll()).toBe(false);
  });

  test('are received into memory of the receiver, or given whole in the error if they do not fit', () => {
    const [a, b] = Pipe();
    const target = Buffer.alloc(8, '.');
    a.sendBytes(Buffer.from('abc'));
    expect(b.recvBytesInto(target, 2)).toBe(3);
    expect(target.toString()).toBe('..abc...');
    a.sendBytes(Buffer.from('too long'));
    a.sendBytes(Buffer.from('next'));
    try {
      b.recvBytesInto(target, 1);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(BufferTooShort);
      expect((error as BufferTooShort).args[0]?.toString()).toBe('too long');
    }
    expect(b.recvBytes().toString()).toBe('next');
  });

  test('a message that is longer than maxlength is not received, and nothing after it', () => {
    const [a, b] = Pipe();
    a.sendBytes(Buffer.alloc(10));
    expect(b.recvBytes(10)).toHaveLength(10);
    a.sendBytes(Buffer.alloc(11));
    expect(() => b.recvBytes(10)).toThrow(new OSError('bad message length'));
    expect([b.readable, b.closed]).toEqual([false, false]);
    expect(() => b.recvBytes()).toThrow('connection is write-only');
    b.send('still');
    expect(a.recv()).toBe('still');

    const [receiver, sender] = Pipe(false);
    sender.sendBytes(Buffer.alloc(11));
    expect(() => receiver.recvBytes(10)).toThrow('bad message length');
    expect(receiver.closed).toBe(true);
  });
});

describe('a Connection', () => {
  test('takes over a descriptor that it is given', () => {
    const [a, b] = Pipe();
    expect(() => new Connection(-1)).toThrow(new ValueError('invalid handle'));
    expect(() => new Connection(a.fileno(), false, false)).toThrow(ValueError);
    expect(() => new Connection('1' as never)).toThrow(TypeError);
    expect(() => new Connection(1_000_000)).toThrow('[Errno 9]');
    writeSync(a.fileno(), Buffer.from([0, 0, 0, 1, 65]));
    expect(b.recvBytes().toString()).toBe('A');
  });

  test('closed in one thread is closed in all, and ends a wait of another', () => {
    const [a, b] = Pipe();
    const [up, down] = Pipe();
    const thread = new Thread({
      target: (end: Connection, tell: Connection) => {
        tell.send('there');
        try {
          end.recv();
        } catch (error) {
          tell.send(String(error));
        }
      },
      args: [b, up],
    });
    thread.start();
    expect(down.recv()).toBe('there');
    b.close();
    expect(down.recv()).toBe('OSError: handle is closed');
    thread.join();
    expect(() => a.recv()).toThrow(EOFError);
  });
});

describe('SIGINT', () => {
  test('ends a blocked main thread with KeyboardInterrupt where the program listens, which goes on', async () => {
    const program = `
      import { Pipe } from 'heddle/multiprocessing';
      import { wait } from 'heddle/multiprocessing/connection';
      import { Thread } from 'heddle/threading';
      process.on('SIGINT', () => {});
      const [a, b] = Pipe();
      const [order, ordered] = Pipe();
      const killer = new Thread({
        target: (end) => {
          while (end.recv()) process.kill(process.pid, 'SIGINT');
        },
        args: [ordered],
        daemon: true,
      });
      killer.start();
      const waits = { recv: () => b.recv(), poll: () => b.poll(null), wait: () => wait([b]) };
      for (const [name, blocks] of Object.entries(waits)) {
        order.send(true);
        try {
          blocks();
        } catch (error) {
          console.log(name, error.name);
        }
      }
      a.send('goes on');
      console.log(b.recv());
      order.send(false);
      killer.join();`;
    const { stdout, stderr } = await runNode(['--input-type=module', '-e', program]);
    const lines = ['recv', 'poll', 'wait'].map((name) => `${name} KeyboardInterrupt\n`);
    expect({ stdout, stderr }).toEqual({
      stdout: `${lines.join('')}goes on\n`,
      stderr: '',
    });
  });
});
