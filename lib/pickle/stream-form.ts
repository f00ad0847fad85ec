// Not the package's own index: see codec.ts.
import { Packr } from 'msgpackr/pack';
import { Unpackr } from 'msgpackr/unpack';
import type { Sendable } from '../_native/index.js';
import { KeyboardInterrupt, OSError } from '../errors.js';
import { UnpicklingError } from './errors.js';
import { ModulesNeeded } from './functions/index.js';
import { MSGPACK } from './msgpack.js';
import { packGraph } from './pack-graph.js';
import { detach } from './transfer.js';
import { isTree } from './tree.js';
import { unpackGraph } from './unpack-graph.js';

/**
 * A value on a connection, in heddle's own form:
 *
 *   byte 0  0xed, no opcode of CPython's pickle
 *   byte 1  the version of the form, 2 (`dumps` writes 1)
 *   byte 2  how the value is packed: 0 a graph, 1 a tree
 *   byte 3  how many native objects go with it
 *   byte 4  what leads to each of them: `NATIVE_BYTES` of the caller's
 *   then    the value
 */
const MAGIC = 0xed;
const VERSION = 2;
const Form = { graph: 0, tree: 1 } as const;
const HEADER = 4;
export const NATIVE_BYTES = 24;
const MOST_NATIVES = 255;

const packr = new Packr(MSGPACK);
const unpackr = new Unpackr(MSGPACK);

/** Whether a message is in heddle's own form. */
export function isOwnForm(bytes: Uint8Array): boolean {
  return bytes[0] === MAGIC;
}

/** A packed value, and what to do when it has been sent. */
export interface PackedMessage {
  bytes: Uint8Array;
  sent?: () => void;
}

/**
 * Packs a value for a connection.
 *
 * @param describe writes what leads to a native object into its `NATIVE_BYTES`
 * @throws PicklingError naming the path to what cannot travel
 */
export function packMessage(
  value: unknown,
  describe: (native: Sendable, into: Buffer) => void,
): PackedMessage {
  if (typeof value !== 'object' || value === null ? isPlain(value) : isTree(value)) {
    const packed = packr.pack(value);
    return { bytes: Buffer.concat([Buffer.of(MAGIC, VERSION, Form.tree, 0), packed]) };
  }
  const natives: Sendable[] = [];
  const { bytes, moved } = packGraph(value, natives, true, true);
  if (natives.length > MOST_NATIVES) {
    throw new RangeError(`at most ${MOST_NATIVES} connections go in one message`);
  }
  const head = Buffer.alloc(HEADER + natives.length * NATIVE_BYTES);
  head.set([MAGIC, VERSION, Form.graph, natives.length]);
  for (const [i, native] of natives.entries()) {
    describe(native, head.subarray(HEADER + i * NATIVE_BYTES, HEADER + (i + 1) * NATIVE_BYTES));
  }
  const packed: PackedMessage = { bytes: Buffer.concat([head, bytes]) };
  if (moved) {
    packed.sent = () => {
      for (const buffer of moved) detach(buffer);
    };
  }
  return packed;
}

function isPlain(value: unknown): boolean {
  switch (typeof value) {
    case 'number':
      return !Object.is(value, -0);
    case 'string':
      return value.isWellFormed();
    default:
      return value === null || value === undefined || typeof value === 'boolean';
  }
}

/**
 * Rebuilds a value. **Only of bytes that you trust**, as `loads`.
 *
 * @param bytes nobody writes to them while code runs
 * @param fetch makes a native object of what leads to it
 * @throws UnpicklingError for what is no such bytes, and for a value that cannot be rebuilt here: why,
 *   is its `cause`; ModulesNeeded, and it can be called again with the natives of `fetched`; OSError
 *   for an object that nobody has any more; KeyboardInterrupt
 */
export function unpackMessage(
  bytes: Uint8Array,
  fetch: (from: Buffer) => Sendable,
  fetched: Sendable[] = [],
): unknown {
  if (bytes.length < HEADER || bytes[0] !== MAGIC || bytes[1] !== VERSION) {
    throw new UnpicklingError('a message in no form that this version of heddle knows');
  }
  const count = bytes[3] as number;
  const payload = bytes.subarray(HEADER + count * NATIVE_BYTES);
  if (bytes[2] === Form.tree && count === 0) return unpackTree(payload);
  if (bytes[2] !== Form.graph || bytes.length <= HEADER + count * NATIVE_BYTES) {
    throw new UnpicklingError('a message in no form that this version of heddle knows');
  }
  for (let i = fetched.length; i < count; i++) {
    const at = HEADER + i * NATIVE_BYTES;
    fetched.push(fetch(Buffer.from(bytes.subarray(at, at + NATIVE_BYTES))));
  }
  return rebuilding(() => unpackGraph(payload, fetched));
}

function unpackTree(bytes: Uint8Array): unknown {
  return rebuilding(() => unpackr.unpack(bytes));
}

const PASSED_ON = [UnpicklingError, ModulesNeeded, OSError, KeyboardInterrupt];

/** V8 and msgpackr have errors of their own for bytes that are damaged. */
function rebuilding<T>(unpack: () => T): T {
  try {
    return unpack();
  } catch (error) {
    if (PASSED_ON.some((type) => error instanceof type)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new UnpicklingError(`cannot be rebuilt: ${why}`, { cause: error });
  }
}
