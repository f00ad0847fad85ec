import { createHmac } from 'node:crypto';
import { ValueError } from 'heddle/errors';
import { AuthenticationError, Pipe, ProcessError } from 'heddle/multiprocessing';
import {
  answerChallenge,
  answerChallengeAsync,
  ClientAsync,
  deliverChallenge,
  deliverChallengeAsync,
  Listener,
} from 'heddle/multiprocessing/connection';
import { describe, expect, test } from 'vitest';
import { Random } from '../../pickle/random.js';

const key = Buffer.from('the key');
const wrong = Buffer.from('another');
const hmac = (digest: string, message: Uint8Array) =>
  createHmac(digest, key).update(message).digest();

describe('a challenge', () => {
  test.each(['md5', 'sha256', 'sha384', 'sha3_256', 'sha3_384'])(
    'is met with %s',
    async (digest) => {
      const [a, b] = Pipe();
      await Promise.all([deliverChallengeAsync(a, key, digest), answerChallengeAsync(b, key)]);
      await Promise.all([answerChallengeAsync(a, key), deliverChallengeAsync(b, key, digest)]);
    },
  );

  test('of another key is refused, and both sides are told', async () => {
    const [a, b] = Pipe();
    const error = (text: string) => new AuthenticationError(text);
    await Promise.all([
      expect(deliverChallengeAsync(a, key)).rejects.toThrow(error('digest received was wrong')),
      expect(answerChallengeAsync(b, wrong)).rejects.toThrow(error('digest sent was rejected')),
    ]);
    expect(error('')).toBeInstanceOf(ProcessError);
  });

  test('has 48 bytes, of which the name of the digest is signed, too', async () => {
    const [a, b] = Pipe();
    const delivered = deliverChallengeAsync(a, key);
    const challenge = await b.recvBytesAsync(256);
    expect(challenge).toHaveLength(59);
    expect(challenge.toString('latin1', 0, 19)).toBe('#CHALLENGE#{sha256}');
    const message = challenge.subarray(11);
    b.sendBytes(Buffer.concat([Buffer.from('{sha256}'), hmac('sha256', message)]));
    await delivered;
    expect(b.recvBytes().toString()).toBe('#WELCOME#');
  });

  test("is met by a client of CPython's before 3.12, which knows MD5 only", async () => {
    const [a, b] = Pipe();
    const delivered = deliverChallengeAsync(a, key);
    const challenge = await b.recvBytesAsync(256);
    b.sendBytes(hmac('md5', challenge.subarray(11)));
    await delivered;
  });

  test("of CPython's before 3.12 is answered as that expects", async () => {
    const [a, b] = Pipe();
    const answered = answerChallengeAsync(b, key);
    const message = Buffer.alloc(20, 7);
    a.sendBytes(Buffer.concat([Buffer.from('#CHALLENGE#'), message]));
    expect(await a.recvBytesAsync()).toEqual(hmac('md5', message));
    a.sendBytes(Buffer.from('#WELCOME#'));
    await answered;
  });

  test('is not met by an answer to an earlier one, nor by a weaker or unknown digest', async () => {
    let old = Buffer.alloc(0);
    const answers = [
      (message: Buffer) => {
        old = Buffer.concat([Buffer.from('{sha256}'), hmac('sha256', message)]);
        return old;
      },
      () => old,
      (message: Buffer) => Buffer.concat([Buffer.from('{sha1}'), hmac('sha1', message)]),
      (message: Buffer) => hmac('sha256', message),
      (message: Buffer) => Buffer.concat([Buffer.from('{sha256}'), hmac('md5', message)]),
      (message: Buffer) =>
        Buffer.concat([Buffer.from('{sha256}'), hmac('sha256', message.subarray(8))]),
      (message: Buffer) => message,
      () => Buffer.alloc(0),
      () => Buffer.from('{}'),
      () => Buffer.from('{__proto__}1234'),
    ];
    for (const [i, answer] of answers.entries()) {
      const [a, b] = Pipe();
      const delivered = deliverChallengeAsync(a, key);
      b.sendBytes(answer((await b.recvBytesAsync()).subarray(11)));
      if (i === 0) await delivered;
      else await expect(delivered, `answer ${i}`).rejects.toThrow(AuthenticationError);
      expect(b.recvBytes().toString()).toBe(i === 0 ? '#WELCOME#' : '#FAILURE#');
    }
  });

  test('what is no challenge is not answered', () => {
    for (const text of [
      '',
      '#CHALLENGE',
      '#WELCOME#',
      '#CHALLENGE#',
      `#CHALLENGE#${'x'.repeat(19)}`,
      `#CHALLENGE#${'x'.repeat(48)}`,
    ]) {
      const [a, b] = Pipe();
      a.sendBytes(Buffer.from(text));
      expect(() => answerChallenge(b, key), text).toThrow(AuthenticationError);
      expect(a.poll()).toBe(false);
    }
    const [a, b] = Pipe();
    a.sendBytes(Buffer.alloc(300));
    expect(() => answerChallenge(b, key)).toThrow('bad message length');
    expect(() => deliverChallenge(a, 'text' as never)).toThrow(ValueError);
    expect(() => deliverChallenge(a, key, 'sha1')).toThrow(ValueError);
  });

  test('random answers are errors, and never anything else', () => {
    const random = new Random(5);
    const parts = [
      '{sha256}',
      '{md5}',
      '{',
      '}',
      '#CHALLENGE#',
      'x'.repeat(16),
      '\0'.repeat(20),
      'ab',
    ];
    for (let i = 0; i < 500; i++) {
      const [a, b] = Pipe();
      const text = Array.from({ length: random.below(6) }, () => random.pick(parts)).join('');
      b.sendBytes(Buffer.from(text));
      expect(() => deliverChallenge(a, key)).toThrow(AuthenticationError);
      for (const end of [a, b]) end.close();
    }
  });
});

describe('a listener with a key', () => {
  test('closes the connection of whoever has another, and accepts the next one', async () => {
    using listener = new Listener(null, { authkey: key });
    const accepted = expect(listener.acceptAsync()).rejects.toThrow('digest received was wrong');
    await expect(ClientAsync(listener.address, { authkey: wrong })).rejects.toThrow(
      'digest sent was rejected',
    );
    await accepted;
    const [server, client] = await Promise.all([
      listener.acceptAsync(),
      ClientAsync(listener.address, { authkey: key }),
    ]);
    client.send(1);
    expect(server.recv()).toBe(1);
  });

  test('tells a client without a key nothing, and goes on when that has gone', async () => {
    using listener = new Listener(null, { authkey: key });
    const accepting = listener.acceptAsync();
    const client = await ClientAsync(listener.address);
    expect((await client.recvBytesAsync()).toString('latin1')).toMatch(/^#CHALLENGE#/);
    client.close();
    await expect(accepting).rejects.toThrow();
  });
});
