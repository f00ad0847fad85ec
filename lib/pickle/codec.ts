// Not the package's own index: that loads a native accelerator, at ten times the cost of a boot.
import { Packr } from 'msgpackr/pack';
import { Unpackr } from 'msgpackr/unpack';
import {
  addon,
  type ChannelInlet,
  type NativeChannel,
  Outcome,
  type PutExtra,
  type Sendable,
  staging,
} from '../_native/index.js';
import { OSError } from '../errors.js';
import { ModulesNeeded } from './functions/index.js';
import { MSGPACK } from './msgpack.js';
import { packGraph } from './pack-graph.js';
import { detach } from './transfer.js';
import { isTree } from './tree.js';
import { runsCode, unpackGraph } from './unpack-graph.js';
import { ValueDelayed } from './value-delayed.js';

/** How a message's payload is packed. Below `PACKED` the addon decodes it (core/message.h). */
const PACKED = 8;
const Codec = { tree: PACKED, graph: 9, int32Array: 10, float64Array: 11 } as const;

const packr = new Packr(MSGPACK);
const unpackr = new Unpackr(MSGPACK);

/**
 * msgpackr's mode of packing into the buffer that it was told to use. It returns that, or a larger
 * one where there was no room, with the place of what it has written.
 */
const REUSE_BUFFER_MODE = 512;
type ReusedBuffer = Buffer & { start: number; end: number };

/** What `putPacked` gets beside a payload in the staging memory. */
type Extra = PutExtra;

/** Arrays of numbers from this length on go as such. */
const MANY = 8;

/** Waits for ever: the channels of heddle's own are not limited. */
const FOR_EVER = -1;

/**
 * Puts a value into a channel, with the words that travel beside it.
 *
 * @param seconds how long to wait for room; less than 0 for ever
 * @returns the message's position (0 or more), or minus the outcome
 * @throws PicklingError naming the path to what cannot travel, OSError where there is no memory;
 *   nothing is put then
 */
export function putValue(
  channel: ChannelInlet,
  value: unknown,
  shape: number,
  a: number,
  b: number,
  seconds: number = FOR_EVER,
): number {
  if (typeof value === 'object' && value !== null) {
    return putObject(channel, value, shape, a, b, seconds);
  }
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') {
    return putGraph(channel, value, [], shape, a, b, seconds);
  }
  const plain = value as number | string | boolean | null | undefined;
  // An argument less is some nanoseconds less.
  if (seconds < 0) return checked(channel.putValue(plain, shape, a, b));
  return checked(channel.putValue(plain, shape, a, b, seconds));
}

/**
 * As `putValue`, with native objects that the receiver gets from `takenAttachments()`, before
 * those which lie in the value.
 */
export function putWith(
  channel: ChannelInlet,
  natives: readonly Sendable[],
  value: unknown,
  shape: number,
  a: number,
  b: number,
): number {
  if (typeof value === 'object' && value !== null && isTree(value)) {
    const bytes = packr.pack(value);
    return putBytes(channel, Codec.tree, bytes, [...natives], shape, a, b, FOR_EVER);
  }
  return putGraph(channel, value, [...natives], shape, a, b, FOR_EVER);
}

/** Puts any value that can travel. */
function putGraph(
  channel: ChannelInlet,
  value: unknown,
  natives: Sendable[],
  shape: number,
  a: number,
  b: number,
  seconds: number,
): number {
  const { bytes, moved } = packGraph(value, natives, channel.shared);
  const position = putBytes(channel, Codec.graph, bytes, natives, shape, a, b, seconds);
  if (position >= 0) for (const buffer of moved ?? []) detach(buffer);
  return position;
}

function putObject(
  channel: ChannelInlet,
  value: object,
  shape: number,
  a: number,
  b: number,
  seconds: number,
): number {
  if (Array.isArray(value) && value.length >= MANY && typeof value[0] === 'number') {
    const codec = stageNumbers(value);
    if (codec !== undefined) {
      const size = codec === Codec.int32Array ? 4 : 8;
      const extra: Extra | undefined = seconds < 0 ? undefined : [null, null, seconds];
      return checked(channel.putPacked(codec, value.length * size, extra, shape, a, b));
    }
  }
  if (isTree(value)) return putTree(channel, value, shape, a, b, seconds);
  return putGraph(channel, value, [], shape, a, b, seconds);
}

/** As `putValue`, of what is known to be a tree (`isTree`). */
export function putTree(
  channel: ChannelInlet,
  value: object,
  shape: number,
  a: number,
  b: number,
  seconds: number = FOR_EVER,
): number {
  packr.useBuffer(staging.outgoing.bytes);
  const packed = packr.pack(value, REUSE_BUFFER_MODE) as ReusedBuffer;
  const { start, end } = packed;
  if (packed === staging.outgoing.bytes && start === 0) {
    const extra: Extra | undefined = seconds < 0 ? undefined : [null, null, seconds];
    return checked(channel.putPacked(Codec.tree, end, extra, shape, a, b));
  }
  return putBytes(channel, Codec.tree, packed.subarray(start, end), [], shape, a, b, seconds);
}

/** Writes an array of numbers into the staging memory. Undefined if it is none, or too long. */
function stageNumbers(array: unknown[]): number | undefined {
  const { int32, float64 } = staging.outgoing;
  const { length } = array;
  if (length <= int32.length) {
    let i = 0;
    for (; i < length; i++) {
      const item = array[i] as number;
      if ((item | 0) !== item || (item === 0 && 1 / item < 0)) break;
      int32[i] = item;
    }
    if (i === length) return Codec.int32Array;
  }
  if (length > float64.length) return undefined;
  for (let i = 0; i < length; i++) {
    const item = array[i];
    if (typeof item !== 'number') return undefined;
    float64[i] = item;
  }
  return Codec.float64Array;
}

function putBytes(
  channel: ChannelInlet,
  codec: number,
  bytes: Uint8Array,
  attachments: Sendable[],
  shape: number,
  a: number,
  b: number,
  seconds: number,
): number {
  const short = bytes.length <= staging.outgoing.bytes.length;
  if (short) staging.outgoing.bytes.set(bytes);
  const extra: Extra | undefined =
    short && attachments.length === 0 && seconds < 0
      ? undefined
      : [short ? null : bytes, attachments.length === 0 ? null : attachments, seconds];
  return checked(channel.putPacked(codec, bytes.length, extra, shape, a, b));
}

/** @throws OSError where there is no memory for a message */
function checked(position: number): number {
  if (position !== -Outcome.noMemory) return position;
  throw new OSError('[Errno 12] not enough memory for a message', { errno: 12, syscall: 'heddle' });
}

/** The natives of the message taken last, where its codec has asked for them. */
let fetched: Sendable[] | undefined;

/** The native objects that came with the message taken last. */
export function takenAttachments(): Sendable[] {
  fetched ??= addon.takeAttachments();
  return fetched;
}

/**
 * Takes the oldest message of a channel. What the addon tells about it, its outcome first, is in
 * `staging.taken`.
 *
 * @param seconds how long to wait; 0 not at all, less than 0 for ever
 * @returns the message's value; undefined if there was none
 * @throws ValueDelayed where modules have to be imported first: the message is taken, and the error
 *   can wait for it; whatever modules, reducers and `__setstate__` throw
 */
export function takeValue(channel: NativeChannel, seconds: number): unknown {
  const value = channel.take(seconds);
  fetched = undefined;
  const { taken } = staging;
  if (taken[staging.OUTCOME] !== 0 || (taken[staging.CODEC] as number) < PACKED) return value;
  return unpack(value as ArrayBuffer | undefined);
}

/**
 * As `takeValue`, of the message at that position, which stays in the channel.
 *
 * @throws as `takeValue`
 */
export function peekValue(channel: NativeChannel, position: number): unknown {
  const value = channel.peek(position);
  fetched = undefined;
  if ((staging.taken[staging.CODEC] as number) < PACKED) return value;
  return unpack(value as ArrayBuffer | undefined);
}

function unpack(large: ArrayBuffer | undefined): unknown {
  const { taken, incoming } = staging;
  const codec = taken[staging.CODEC] as number;
  const length = taken[staging.LENGTH] as number;
  if (codec === Codec.int32Array) {
    const numbers = large ? new Int32Array(large) : incoming.int32;
    return toArray(numbers, length / 4);
  }
  if (codec === Codec.float64Array) {
    const numbers = large ? new Float64Array(large) : incoming.float64;
    return toArray(numbers, length / 8);
  }
  // With the length, rather than of a subarray, for which msgpackr would make a view each time.
  if (codec === Codec.tree)
    return unpackr.unpack(large ? new Uint8Array(large) : incoming.bytes, length);
  return takeGraph(large ? new Uint8Array(large) : incoming.bytes.subarray(0, length));
}

/** @throws ValueDelayed if modules have to be imported first */
function takeGraph(bytes: Uint8Array): unknown {
  const { taken, incoming } = staging;
  const natives = taken[staging.ATTACHMENTS] === 0 ? [] : takenAttachments();
  const isCode = runsCode(bytes);
  if (!isCode && natives.length === 0) return unpackGraph(bytes, natives);
  // The code may take messages itself, and so overwrite what is told about this one.
  const words = taken.slice();
  const own = bytes.buffer === incoming.bytes.buffer ? Buffer.from(bytes) : bytes;
  const unpacked = () => {
    try {
      return unpackGraph(own, natives);
    } finally {
      taken.set(words);
      fetched = natives;
    }
  };
  try {
    return unpacked();
  } catch (error) {
    throw error instanceof ModulesNeeded ? new ValueDelayed(error.urls, unpacked) : error;
  }
}

function toArray(numbers: Int32Array | Float64Array, length: number): number[] {
  const array = new Array<number>(length);
  for (let i = 0; i < length; i++) array[i] = numbers[i] as number;
  return array;
}
