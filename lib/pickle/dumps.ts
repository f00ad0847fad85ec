import { UnpicklingError } from './errors.js';
import { loadModules, ModulesNeeded } from './functions/index.js';
import { packGraph } from './pack-graph.js';
import { detach } from './transfer.js';
import { unpackGraph } from './unpack-graph.js';

/** No opcode of CPython's pickle, which tells the two apart. */
const MAGIC = 0xed;
const VERSION = 1;
/** magic, version, two bytes that are 0, and the length of what follows, little-endian */
const HEADER = 8;

/**
 * Packs a value into bytes, in heddle's own form, which this version of heddle reads.
 *
 * @returns a new Buffer
 * @throws PicklingError naming the path to what cannot travel. Locks, SharedMemory and the like
 *   cannot: they are handed to other threads, and bytes may be read by anybody
 */
export function dumps(value: unknown): Buffer {
  const { bytes, moved } = packGraph(value, undefined, false);
  const header = Buffer.alloc(HEADER);
  header[0] = MAGIC;
  header[1] = VERSION;
  header.writeUInt32LE(bytes.length, 4);
  const packed = Buffer.concat([header, bytes]);
  for (const buffer of moved ?? []) detach(buffer);
  return packed;
}

/**
 * Rebuilds the value that `dumps` has packed. **Only for bytes that you trust**: as with Python's
 * pickle, they can hold functions, and make this thread import modules and call what is in them.
 *
 * @throws UnpicklingError for what is no such bytes, and for a value that cannot be rebuilt here;
 *   why, is its `cause`
 */
export function loads(bytes: Uint8Array): unknown {
  const graph = graphOf(bytes);
  return unpickled(() => unpackGraph(graph, []));
}

/**
 * As `loads()`, also for functions of modules with a top-level `await`, which it imports.
 *
 * @throws as `loads()`
 */
export async function loadsAsync(bytes: Uint8Array): Promise<unknown> {
  const graph = Buffer.from(graphOf(bytes));
  for (;;) {
    try {
      return unpackGraph(graph, []);
    } catch (error) {
      if (!(error instanceof ModulesNeeded))
        return unpickled(() => {
          throw error;
        });
      await loadModules(error.urls);
    }
  }
}

function graphOf(bytes: Uint8Array): Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw new UnpicklingError('not a Buffer or Uint8Array');
  if (bytes.length < HEADER || bytes[0] !== MAGIC) {
    throw new UnpicklingError('these bytes are no value that heddle has packed');
  }
  if (bytes[1] !== VERSION) {
    throw new UnpicklingError(`packed in version ${bytes[1]} of the form; this reads ${VERSION}`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  if (bytes.length !== HEADER + length) {
    throw new UnpicklingError(`${bytes.length} bytes where there must be ${HEADER + length}`);
  }
  return bytes.subarray(HEADER);
}

function unpickled<T>(unpack: () => T): T {
  try {
    return unpack();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UnpicklingError(`cannot be rebuilt: ${why}`, { cause: error });
  }
}
