import { createHmac, randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { EOFError, OSError } from 'heddle/errors';
import { AuthenticationError, Pipe } from 'heddle/multiprocessing';
import {
  type Address,
  answerChallengeAsync,
  ClientAsync,
  Connection,
  deliverChallengeAsync,
  Listener,
} from 'heddle/multiprocessing/connection';
import { mutate } from '../../pickle/mutate.js';
import type { Random } from '../../pickle/random.js';
import { frame, HEADS } from './model.js';
import { turn } from './observe.js';

const KEY = Buffer.from('the key');
const CHALLENGE = Buffer.from('#CHALLENGE#');
const WELCOME = Buffer.from('#WELCOME#');
const WORDS = [
  ...HEADS,
  ...['#CHALLENGE#', '#WELCOME#', '#FAILURE#', '{sha256}', '{md5}', '{sha3_384}', '{', '}'].map(
    (text) => Buffer.from(text),
  ),
];

/** What was said in earlier rounds, to be said again. */
const heard: Buffer[] = [WELCOME];

const mac = (message: Buffer, digest = 'sha256') =>
  createHmac(digest, KEY).update(message).digest();

/** What a challenge asks for. */
function answerTo(challenge: Buffer): Buffer {
  const message = challenge.subarray(CHALLENGE.length);
  return Buffer.concat([Buffer.from('{sha256}'), mac(message)]);
}

/** Whether one answer to a challenge shows the key. */
function isRight(challenge: Buffer, answer: Buffer): boolean {
  const message = challenge.subarray(CHALLENGE.length);
  if (answer.length === 16) return answer.equals(mac(message, 'md5'));
  const names = { md5: 'md5', sha256: 'sha256', sha384: 'sha384' };
  const others = { sha3_256: 'sha3-256', sha3_384: 'sha3-384' };
  return Object.entries({ ...names, ...others }).some(([name, digest]) =>
    answer.equals(Buffer.concat([Buffer.from(`{${name}}`), mac(message, digest)])),
  );
}

/**
 * Somebody authenticates himself at one side of heddle's, of whom some frames are wrong.
 *
 * @param told gets what was sent
 * @returns 'met', or the error's text without its bytes
 */
export async function fuzzChallenge(random: Random, told: unknown[]): Promise<string> {
  const side = random.below(4);
  if (side < 2) {
    const [here, raw] = Pipe();
    const isAsking = side === 0;
    const held = isAsking ? deliverChallengeAsync(here, KEY) : answerChallengeAsync(here, KEY);
    return await play(random, raw, held, isAsking ? ['answer'] : ['challenge', 'welcome'], told, [
      here,
    ]);
  }
  const isInternet = random.below(16) === 0;
  const address = isInternet ? (['127.0.0.1', 0] as const) : '\0';
  if (side === 2) {
    using listener = new Listener(address, { authkey: KEY });
    const accepted = listener.acceptAsync();
    const raw = await ClientAsync(listener.address as Address);
    return await play(random, raw, accepted, ['answer', 'challenge', 'welcome'], told, []);
  }
  using listener = new Listener(address);
  const connected = ClientAsync(listener.address as Address, { authkey: KEY });
  const raw = await listener.acceptAsync();
  return await play(random, raw, connected, ['challenge', 'welcome', 'answer'], told, []);
}

type Step = 'challenge' | 'answer' | 'welcome';

/** Says its part, of which something is wrong, and looks how it is taken. */
async function play(
  random: Random,
  raw: Connection,
  held: Promise<unknown>,
  steps: Step[],
  told: unknown[],
  others: Connection[],
): Promise<string> {
  let outcome: unknown = 'met';
  let connection: Connection | undefined;
  const settled = held.then(
    (result) => {
      if (result instanceof Connection) connection = result;
    },
    (error: unknown) => {
      outcome = error;
    },
  );
  const isWrongAt = random.below(8) > 0 ? random.below(steps.length) : -1;
  let mayPass = true;
  for (const [i, step] of steps.entries()) {
    const part = await say(random, raw, step, i === isWrongAt, told);
    if (part === undefined) break;
    mayPass &&= part;
    // The other side may wait for its rest.
    if (i === isWrongAt) break;
    await turn();
  }
  for (let i = 0; i < 5; i++) await turn();
  // What it waits for still will not come.
  raw.close();
  await settled;
  for (const each of [connection, ...others]) each?.close();
  if (outcome === 'met') {
    if (!mayPass) throw new Error('the key was not shown, and the connection is there');
    return 'met';
  }
  const known = [AuthenticationError, OSError, EOFError].some((type) => outcome instanceof type);
  if (!known) throw outcome;
  return (outcome as Error).message.replace(/\d+|message=.*|challenge:.*/g, '#');
}

/** @returns whether it is what has to be said; undefined if nobody listens any more */
async function say(
  random: Random,
  raw: Connection,
  step: Step,
  isWrong: boolean,
  told: unknown[],
): Promise<boolean | undefined> {
  let right: Buffer;
  let challenge: Buffer = Buffer.alloc(0);
  try {
    if (step === 'answer') {
      challenge = await raw.recvBytesAsync();
      right = answerTo(challenge);
    } else if (step === 'challenge') {
      right = Buffer.concat([CHALLENGE, Buffer.from('{sha256}'), randomBytes(40)]);
    } else {
      await raw.recvBytesAsync();
      right = WELCOME;
    }
  } catch (error) {
    if (error instanceof OSError || error instanceof EOFError) return undefined;
    throw error;
  }
  const said = isWrong ? wrong(random, right) : frame(right);
  if (heard.length < 200) heard.push(right);
  else heard[random.below(heard.length)] = right;
  told.push([step, said.toString('base64')]);
  try {
    const at = random.below(said.length + 1);
    for (const part of [said.subarray(0, at), said.subarray(at)]) {
      if (part.length > 0) writeSync(raw.fileno(), part);
      await turn();
    }
  } catch (error) {
    if (!['EPIPE', 'ECONNRESET'].includes((error as { code: string }).code)) throw error;
    return undefined;
  }
  if (step === 'welcome') return said.subarray(0, 13).equals(frame(WELCOME));
  if (step === 'challenge') return true;
  const size = said.length < 4 ? -1 : said.readInt32BE();
  const answer =
    size === -1 ? said.subarray(12, 12 + (said[11] ?? 0)) : said.subarray(4, 4 + Math.max(size, 0));
  return isRight(challenge, answer);
}

/** Something else, most often like what is right. */
function wrong(random: Random, right: Buffer): Buffer {
  switch (random.below(6)) {
    case 0:
      return frame(random.pick(heard));
    case 1:
      return mutate(random, frame(right), heard, WORDS);
    case 2:
      return Buffer.concat([frame(right), frame(random.pick(heard)), frame(right)]);
    case 3:
      return frame(right).subarray(0, random.below(right.length + 4));
    case 4:
      return random.pick(WORDS);
    default:
      return frame(mutate(random, right, heard, WORDS));
  }
}
