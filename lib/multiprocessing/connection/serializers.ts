import { inspect } from 'node:util';
import { addon, type NativeConnection, type Sendable } from '../../_native/index.js';
import { ValueError } from '../../errors.js';
import {
  cpython,
  isOwnForm,
  type PackedMessage,
  packMessage,
  UnpicklingError,
  unpackMessage,
} from '../../pickle/index.js';

/**
 * How values are sent: in heddle's own form, which other programs of heddle's read, or in CPython's
 * pickle (protocol 4).
 */
export type Serializer = 'heddle' | 'pickle';

/** @throws ValueError */
export function checkSerializer(serializer: Serializer | null | undefined): Serializer | undefined {
  if (serializer === null || serializer === undefined) return undefined;
  if (serializer === 'heddle' || serializer === 'pickle') return serializer;
  throw new ValueError(`serializer must be 'heddle' or 'pickle', not ${inspect(serializer)}`);
}

/** @throws PicklingError naming the path to what cannot travel */
export function pack(value: unknown, serializer: Serializer): PackedMessage {
  if (serializer === 'pickle') return { bytes: cpython().dumpsPython(value) };
  return packMessage(value, describe);
}

/**
 * @param bytes of either form
 * @param natives those that have been fetched, where it is called again
 * @param only the one form that is read, if not both: CPython's runs no code
 * @throws UnpicklingError; ModulesNeeded
 */
export function unpack(
  bytes: Uint8Array,
  natives: Sendable[],
  only: Serializer | undefined,
): unknown {
  if (only !== undefined && serializerOf(bytes) !== only) {
    throw new UnpicklingError(`a message that is not in the form of the serializer '${only}'`);
  }
  if (isOwnForm(bytes)) return unpackMessage(bytes, fetch, natives);
  // All that begins otherwise: protocols 0 and 1 have no mark of their own.
  return cpython().loadsPython(bytes);
}

/** The form that a peer has sent in. */
export function serializerOf(bytes: Uint8Array): Serializer {
  return isOwnForm(bytes) ? 'heddle' : 'pickle';
}

/** 16 bytes of a ticket, and the kind. */
function describe(native: Sendable, into: Buffer): void {
  const ticket = new BigUint64Array(2);
  const connection = native as NativeConnection;
  connection.handOver(ticket);
  into.set(new Uint8Array(ticket.buffer));
  into[16] = connection.kind;
}

function fetch(from: Buffer): NativeConnection {
  const ticket = new BigUint64Array(2);
  new Uint8Array(ticket.buffer).set(from.subarray(0, 16));
  const kind = from[16] as number;
  return addon.takeOver(ticket, (kind & 1) !== 0, (kind & 2) !== 0);
}
