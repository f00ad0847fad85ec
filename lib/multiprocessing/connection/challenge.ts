import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { ValueError } from '../../errors.js';
import type { Connection } from './connection.js';
import { AuthenticationError } from './errors.js';

/** What is sent before a random message, and after its answer. */
const CHALLENGE = Buffer.from('#CHALLENGE#');
const WELCOME = Buffer.from('#WELCOME#');
const FAILURE = Buffer.from('#FAILURE#');

/** Random bytes of a challenge; CPython before 3.12 sends 20, and no digest's name. */
const MESSAGE_LENGTH = 40;
const OLD_MESSAGE_LENGTH = 20;
/** The most that is received of whom nobody knows yet. */
export const MOST = 256;

/** Node's names of the digests that CPython allows, and the bytes of each. */
const DIGESTS: Partial<Record<string, { name: string; length: number }>> = {
  md5: { name: 'md5', length: 16 },
  sha256: { name: 'sha256', length: 32 },
  sha384: { name: 'sha384', length: 48 },
  sha3_256: { name: 'sha3-256', length: 32 },
  sha3_384: { name: 'sha3-384', length: 48 },
};
const LONGEST_DIGEST_NAME = 'sha3_384'.length;

/** One side's part of an authentication: yields what it sends, or `null` to get what comes. */
export type Dialogue = Generator<Buffer | null, void, Buffer>;

/**
 * Whether the other side knows the key.
 *
 * @throws AuthenticationError
 */
export function* challenging(key: Uint8Array, digest = 'sha256'): Dialogue {
  checkKey(key);
  const message = Buffer.concat([Buffer.from(`{${digest}}`), randomBytes(MESSAGE_LENGTH)]);
  yield Buffer.concat([CHALLENGE, message]);
  const response = yield null;
  try {
    verify(key, message, response);
  } catch (error) {
    yield FAILURE;
    throw error;
  }
  yield WELCOME;
}

/**
 * Shows the other side that this one knows the key, without telling it.
 *
 * @throws AuthenticationError
 */
export function* answering(key: Uint8Array): Dialogue {
  checkKey(key);
  const challenge = yield null;
  if (!challenge.subarray(0, CHALLENGE.length).equals(CHALLENGE)) {
    throw new AuthenticationError(`Protocol error, expected challenge: ${show(challenge)}`);
  }
  const message = challenge.subarray(CHALLENGE.length);
  if (message.length < OLD_MESSAGE_LENGTH) {
    throw new AuthenticationError(`challenge too short: ${message.length} bytes`);
  }
  yield respond(key, message);
  const verdict = yield null;
  if (!verdict.equals(WELCOME)) throw new AuthenticationError('digest sent was rejected');
}

/** The digest's name that stands before a message; none before those of CPython up to 3.11. */
function parse(message: Buffer): { digest: string | undefined; payload: Buffer } {
  if (message.length === OLD_MESSAGE_LENGTH || message.length === DIGESTS.md5?.length) {
    return { digest: undefined, payload: message };
  }
  const end = message.subarray(0, LONGEST_DIGEST_NAME + 2).indexOf('}');
  if (message[0] === '{'.charCodeAt(0) && end > 0) {
    const digest = message.toString('latin1', 1, end);
    if (Object.hasOwn(DIGESTS, digest)) return { digest, payload: message.subarray(end + 1) };
  }
  throw new AuthenticationError(
    `unsupported message length, missing digest prefix, or unsupported digest: message=${show(message)}`,
  );
}

/** The whole message counts, with the digest's name, so that nobody can ask for a weaker one. */
function mac(key: Uint8Array, message: Buffer, digest: string): Buffer {
  return createHmac(DIGESTS[digest]?.name as string, key)
    .update(message)
    .digest();
}

function respond(key: Uint8Array, message: Buffer): Buffer {
  const { digest } = parse(message);
  if (digest === undefined) return mac(key, message, 'md5');
  return Buffer.concat([Buffer.from(`{${digest}}`), mac(key, message, digest)]);
}

function verify(key: Uint8Array, message: Buffer, response: Buffer): void {
  const { digest = 'md5', payload } = parse(response);
  const expected = mac(key, message, digest);
  if (expected.length !== payload.length) {
    throw new AuthenticationError(
      `expected '${digest}' of length ${expected.length} got ${payload.length}`,
    );
  }
  if (!timingSafeEqual(expected, payload)) {
    throw new AuthenticationError('digest received was wrong');
  }
}

function show(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1'));
}

function checkKey(key: unknown): void {
  if (key instanceof Uint8Array) return;
  throw new ValueError(`Authkey must be bytes, not ${typeof key}`);
}

/** @throws ValueError for one that CPython does not allow */
export function checkDigest(digest: string): void {
  if (!Object.hasOwn(DIGESTS, digest)) throw new ValueError(`unsupported digest '${digest}'`);
}

/** Holds a dialogue. **Blocks this thread** until the other side has answered. */
export function hold(connection: Connection, dialogue: Dialogue): void {
  for (let step = dialogue.next(); !step.done; ) {
    if (step.value) connection.sendBytes(step.value);
    step = dialogue.next(step.value ? EMPTY : connection.recvBytes(MOST));
  }
}

/** As `hold()`, without blocking. */
export async function holdAsync(
  connection: Connection,
  dialogue: Dialogue,
  signal?: AbortSignal,
): Promise<void> {
  for (let step = dialogue.next(); !step.done; ) {
    if (step.value) await connection.sendBytesAsync(step.value, 0, null, { signal });
    step = dialogue.next(step.value ? EMPTY : await connection.recvBytesAsync(MOST, { signal }));
  }
}

const EMPTY = Buffer.alloc(0);
