import { writeSync } from 'node:fs';
import { EOFError, OSError } from 'heddle/errors';
import { BufferTooShort, Pipe } from 'heddle/multiprocessing';
import {
  type Address,
  ClientAsync,
  type Connection,
  Listener,
} from 'heddle/multiprocessing/connection';
import { UnpicklingError } from 'heddle/pickle';
import { PICKLES } from '../../pickle/cpython/fuzz.js';
import { mutate } from '../../pickle/mutate.js';
import { Random } from '../../pickle/random.js';
import { fuzzChallenge } from './fuzz-challenge.js';
import { expectedOf, frame, HEADS, type Outcome } from './model.js';
import { inTime, openDescriptors, requestedBytes, turn } from './observe.js';

/** How an input is written, and what shall receive it. */
interface Ends {
  /** Written to by `fileno()` only. */
  raw: Connection;
  receiver: Connection;
}

/** What messages with code would set. */
const CANARY = 'heddleFuzzCanary';
const globals = globalThis as unknown as Record<string, unknown>;

/** Of one search. */
interface Counts {
  rounds: number;
  frames: number;
  values: number;
  challenges: number;
  /** Challenges that were met: without a change, or with one that changes nothing. */
  met: number;
  /** How many different ways of ending were seen. */
  outcomes: number;
}

/** A way of sending raw bytes to a connection. */
type Transport = () => Promise<Ends>;

/** What the kernel takes without anybody reading. */
const MOST_BYTES = 32_768;

/**
 * Writes streams of frames that were changed at random to connections, and plays both sides of an
 * authentication wrongly, for a number of rounds or until a time.
 *
 * @returns what happened that should not, with what leads to it; and how much was tried
 */
export async function fuzzConnections(
  seed: number,
  goesOn: (round: number) => boolean,
): Promise<{ failures: unknown[]; counts: Counts }> {
  const random = new Random(seed);
  const counts: Counts = { rounds: 0, frames: 0, values: 0, challenges: 0, met: 0, outcomes: 0 };
  const failures: unknown[] = [];
  const outcomes = new Set<string>();
  const bodies = [...PICKLES.map(({ bytes }) => bytes), ...ownMessages()];
  const withCode = [...bodies, ...messagesWithCode()];
  // Names of the abstract space, of which nothing is left.
  using unix = new Listener('\0', { backlog: 8 });
  using ofPython = new Listener('\0', { backlog: 8, serializer: 'pickle' });
  using internet = new Listener(['127.0.0.1', 0], { backlog: 8 });
  const transports: readonly Transport[] = [
    async () => ends(Pipe()),
    async () => ends(Pipe(false).reverse() as [Connection, Connection]),
    () => connected(unix),
    // Seldom: each one's port is kept by the system for a minute.
    () => (random.below(8) === 0 ? connected(internet) : connected(unix)),
  ];
  const open = openDescriptors();
  for (let round = 0; goesOn(round) && failures.length < 5; round++) {
    counts.rounds++;
    const kind = random.below(8);
    const told: unknown[] = [`round ${round} of the seed ${seed}`];
    try {
      if (kind === 0) {
        counts.challenges++;
        const outcome = await inTime(fuzzChallenge(random, told));
        if (outcome === 'met') counts.met++;
        outcomes.add(outcome);
      } else {
        const isStrict = kind === 7;
        const stream = makeStream(random, isStrict ? withCode : bodies);
        told.push(stream.toString('base64'));
        const pair = await inTime(isStrict ? connected(ofPython) : random.pick(transports)());
        counts[kind < 6 ? 'frames' : 'values']++;
        const receive = kind < 6 ? receiveFrames : receiveValues;
        try {
          outcomes.add(await inTime(receive(random, pair, stream)));
        } finally {
          pair.raw.close();
          pair.receiver.close();
        }
      }
    } catch (error) {
      failures.push([...told, error]);
    }
  }
  // All are closed at once; the first promise and the first connection that travels open some of heddle's.
  const left = openDescriptors() - open;
  if (left > 8) failures.push(`${left} descriptors are left open`);
  counts.outcomes = outcomes.size;
  return { failures, counts };
}

function ends([raw, receiver]: [Connection, Connection]): Ends {
  return { raw, receiver };
}

/** Two ends by way of a listener; the one that accepts receives. */
async function connected(listener: Listener): Promise<Ends> {
  const [receiver, raw] = await Promise.all([
    listener.acceptAsync(),
    ClientAsync(listener.address as Address),
  ]);
  return { raw, receiver };
}

/** Values in heddle's own form, none of which has code in it. */
function ownMessages(): Buffer[] {
  const cycle: unknown[] = [1];
  cycle.push(cycle);
  const values = [1, 'text', { a: [1, null] }, new Map([[1, new Date(0)]]), cycle, new Error('no')];
  return messagesOf(values);
}

/** What must not be rebuilt by those who asked for CPython's form, of which nothing runs code. */
function messagesWithCode(): Buffer[] {
  class Armed {
    __reduce__() {
      const fire = new Function(`globalThis.${CANARY} = true; return {};`);
      return [fire, []];
    }
  }
  const python = Buffer.from("cposix\nsystem\n(S'true'\ntR.");
  return [python, ...messagesOf([new Armed(), [new Armed(), new Armed()]])];
}

function messagesOf(values: unknown[]): Buffer[] {
  const [a, b] = Pipe();
  const bytes = values.map((value) => {
    a.send(value);
    return b.recvBytes();
  });
  a.close();
  b.close();
  return bytes;
}

/** Frames, of which some are wrong. */
function makeStream(random: Random, bodies: readonly Buffer[]): Buffer {
  const frames = Array.from({ length: random.below(5) }, () => {
    let body = random.pick(bodies);
    if (random.below(4) === 0) body = Buffer.alloc(random.below(3000), random.below(256));
    if (random.below(16) === 0) body = Buffer.alloc(0);
    return frame(body, random.below(4) === 0);
  });
  let stream: Buffer = Buffer.concat(frames);
  if (random.below(4) > 0) stream = mutate(random, stream, bodies, HEADS);
  if (random.below(4) === 0) {
    // A whole head that lies about what follows.
    const at = random.below(stream.length + 1);
    stream = Buffer.concat([stream.subarray(0, at), random.pick(HEADS), stream.subarray(at)]);
  }
  return stream.subarray(0, MOST_BYTES);
}

/** Writes the stream in pieces, and lets promises look between them; then closes its end. */
async function writeInPieces(random: Random, raw: Connection, stream: Buffer): Promise<void> {
  const size = random.pick([1, 3, 17, 4096, MOST_BYTES]);
  let pieces = 0;
  for (let at = 0; at < stream.length; ) {
    // Many small ones would fill the socket's buffer, whatever their size.
    const end = pieces < 50 ? Math.min(stream.length, at + 1 + random.below(size)) : stream.length;
    try {
      writeSync(raw.fileno(), stream.subarray(at, end));
    } catch (error) {
      // Refused by the receiver, who has closed.
      if ((error as { code?: string }).code === 'EPIPE') break;
      if ((error as { code?: string }).code === 'ECONNRESET') break;
      throw error;
    }
    at = end;
    pieces++;
    await turn();
  }
  raw.close();
}

/** What comes has to be just what a simple reader of the whole stream finds. */
async function receiveFrames(random: Random, pair: Ends, stream: Buffer): Promise<string> {
  const { raw, receiver } = pair;
  const most = random.below(3) === 0 ? random.below(200) : undefined;
  const expected = expectedOf(stream, most);
  const isDuplex = receiver.writable;
  const before = requestedBytes();
  const seen: Outcome = { messages: [], end: 'end' };
  const receive = async () => {
    const canBlock = raw.closed;
    for (;;) {
      try {
        seen.messages.push(await receiveOne(random, receiver, most, canBlock));
      } catch (error) {
        seen.end = endOf(error);
        return;
      }
    }
  };
  if (random.below(2) === 0) {
    const receiving = receive();
    await Promise.all([receiving, writeInPieces(random, raw, stream)]);
  } else {
    writeSync(raw.fileno(), stream);
    raw.close();
    await receive();
  }
  compare(seen, expected);
  if (requestedBytes() - before > 512 << 20) throw new Error('took memory for an announcement');
  if (seen.end === 'bad' && (receiver.readable || receiver.closed === isDuplex)) {
    throw new Error('can still be received from');
  }
  return `${seen.end} ${seen.messages.length}`;
}

async function receiveOne(
  random: Random,
  receiver: Connection,
  most: number | undefined,
  canBlock: boolean,
): Promise<Buffer> {
  if (most !== undefined) {
    return canBlock ? receiver.recvBytes(most) : await receiver.recvBytesAsync(most);
  }
  switch (random.below(canBlock ? 4 : 2)) {
    case 0:
      return await receiver.recvBytesAsync();
    case 1: {
      const into = Buffer.alloc(random.below(200));
      try {
        return into.subarray(0, await receiver.recvBytesIntoAsync(into));
      } catch (error) {
        if (error instanceof BufferTooShort) return error.args[0] as Buffer;
        throw error;
      }
    }
    case 2:
      receiver.poll();
      return receiver.recvBytes();
    default: {
      const into = Buffer.alloc(random.below(200));
      try {
        return into.subarray(0, receiver.recvBytesInto(into));
      } catch (error) {
        if (error instanceof BufferTooShort) return error.args[0] as Buffer;
        throw error;
      }
    }
  }
}

/** Which end of a stream an error tells. */
function endOf(error: unknown): Outcome['end'] {
  if (error instanceof EOFError) return 'end';
  if (!(error instanceof OSError)) throw error;
  if (error.message === 'bad message length') return 'bad';
  if (error.message === 'got end of file during message') return 'cut';
  throw error;
}

function compare(seen: Outcome, expected: Outcome): void {
  const same =
    seen.end === expected.end &&
    seen.messages.length === expected.messages.length &&
    seen.messages.every((message, i) => message.equals(expected.messages[i] as Buffer));
  if (same) return;
  const brief = ({ messages, end }: Outcome) => `${messages.map(({ length }) => length)} ${end}`;
  throw new Error(`received ${brief(seen)}, not ${brief(expected)}`);
}

/** Values are rebuilt, or refused; what follows is received all the same; and nothing is run. */
async function receiveValues(random: Random, pair: Ends, stream: Buffer): Promise<string> {
  const expected = expectedOf(stream, undefined);
  const { raw, receiver } = pair;
  writeSync(raw.fileno(), stream);
  raw.close();
  let received = 0;
  for (;;) {
    try {
      if (random.below(2) === 0) receiver.recv();
      else await receiver.recvAsync();
    } catch (error) {
      if (!isRefusal(error)) {
        const end = endOf(error);
        if (received !== expected.messages.length || end !== expected.end) {
          throw new Error(`${received} values and ${end}, not ${expected.messages.length}`);
        }
        if (globals[CANARY] !== undefined) throw new Error('code was run');
        return `values ${end} ${received}`;
      }
    }
    received++;
  }
}

/** Of the bytes, or of a connection that went with them: the rest can be received. */
function isRefusal(error: unknown): boolean {
  if (error instanceof UnpicklingError) return true;
  return error instanceof OSError && error.code === 'ENOENT';
}
