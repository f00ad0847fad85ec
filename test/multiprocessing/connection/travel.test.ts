import { readdirSync } from 'node:fs';
import { EOFError } from 'heddle/errors';
import { Pipe } from 'heddle/multiprocessing';
import type { Connection } from 'heddle/multiprocessing/connection';
import { describe, expect, test } from 'vitest';
import { endChildrenAfterEach, start } from '../../setup/processes.js';

endChildrenAfterEach();

const answer = (end: Connection) => {
  for (;;) {
    const question = end.recv() as { value: number } | null;
    if (question === null) return;
    end.send({ value: question.value + 1 });
  }
};

describe('a connection', () => {
  test('goes to a child as an argument, and can be closed here at once', () => {
    const [here, there] = Pipe();
    const child = start({ target: answer, args: [there] });
    there.close();
    for (let i = 0; i < 50; i++) {
      here.send({ value: i });
      expect(here.recv()).toEqual({ value: i + 1 });
    }
    here.send(null);
    child.join();
    expect(() => here.recv()).toThrow(EOFError);
  });

  test('of one direction goes to a child, too', () => {
    const [receiver, sender] = Pipe(false);
    const child = start({
      target: (end: Connection) => end.sendBytes(Buffer.alloc(200_000, 8)),
      args: [sender],
    });
    sender.close();
    expect(receiver.recvBytes().equals(Buffer.alloc(200_000, 8))).toBe(true);
    child.join();
    expect([receiver.readable, receiver.writable]).toEqual([true, false]);
    expect(() => receiver.recv()).toThrow(EOFError);
  });

  test('goes over another one to a process that passes it on', () => {
    const [control, there] = Pipe();
    const relay = (end: Connection) => {
      const [first, second] = end.recv() as [Connection, Connection];
      first.send([second]);
      first.close();
      second.close();
      end.recv();
    };
    const child = start({ target: relay, args: [there] });
    there.close();
    const [a, b] = Pipe();
    const [c, d] = Pipe();
    control.send([a, c]);
    a.close();
    const [passed] = b.recv() as [Connection];
    passed.send('through two hands');
    expect(d.recv()).toBe('through two hands');
    control.send('done');
    child.join();
  });

  test('hundreds of them can be on their way, beyond descriptor 256', () => {
    const [here, there] = Pipe();
    const pairs = Array.from({ length: 200 }, () => Pipe());
    const echo = (end: Connection) => {
      const many = end.recv() as Connection[];
      for (const [i, each] of many.entries()) each.send([i, each.fileno()]);
    };
    const child = start({ target: echo, args: [there] });
    here.send(pairs.map(([, end]) => end));
    const numbers = pairs.map(([end]) => end.recv() as [number, number]);
    expect(numbers.map(([i]) => i)).toEqual(pairs.map((_, i) => i));
    child.join();
    for (const ends of pairs) for (const end of ends) end.close();
  });

  test('leaves no descriptor behind in the process that has sent it', async () => {
    const [control, there] = Pipe();
    const child = start({
      target: (end: Connection) => {
        for (let got = end.recv(); got !== null; got = end.recv())
          (got as Connection[])[0]?.close();
      },
      args: [there],
    });
    there.close();
    const send = () => {
      const [a, b] = Pipe();
      control.send([b]);
      b.close();
      // When its copy is closed, too, there is nobody at the other end.
      expect(() => a.recv()).toThrow(EOFError);
      a.close();
    };
    send();
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 20; i++) send();
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before + 1);
    control.send(null);
    child.join();
  });

  test('that is sent to nobody is closed with the message', () => {
    const [a, b] = Pipe();
    const child = start({
      target: (_: Connection) => process.kill(process.pid, 'SIGKILL'),
      args: [b],
    });
    b.close();
    child.join();
    expect(() => a.recv()).toThrow(EOFError);
  });

  test('brings short messages of several processes whole', async () => {
    const [receiver, sender] = Pipe(false);
    const children = [1, 2, 3].map((n) =>
      start({
        target: (end: Connection, mark: number) => {
          for (let i = 0; i < 200; i++) end.sendBytes(Buffer.alloc(100, mark));
        },
        args: [sender, n],
      }),
    );
    sender.close();
    const counts = new Map<number, number>();
    for (let i = 0; i < 600; i++) {
      const message = await receiver.recvBytesAsync();
      expect(message.every((byte) => byte === message[0])).toBe(true);
      counts.set(message[0] as number, (counts.get(message[0] as number) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual([200, 200, 200]);
    for (const child of children) child.join();
  });
});
