import { inspect } from 'node:util';
import { checkInteger, checkOptions, checkString, wrongType } from '../../_internal/index.js';
import { addon, type NativeSegment } from '../../_native/index.js';
import { ValueError } from '../../errors.js';
import { registerMemory, registerTraveller } from '../../pickle/index.js';

/** Options of `new SharedMemory()`. */
export interface SharedMemoryOptions {
  /** The name of the segment; left out with `create`: one is made up when somebody asks. */
  name?: string | null;
  /** True: make a new segment. False (default): attach to an existing one. */
  create?: boolean;
  /** Bytes, at least 1, of a new segment. */
  size?: number;
  /** Whether the name is removed when this program ends, however it ends. Default true. */
  track?: boolean;
}

const adopt = Symbol('adopt');
type Adopted = { readonly [adopt]: NativeSegment };

/**
 * A block of memory that is really shared: what one thread or process writes into `buf`, the
 * others see. Passed to another thread it arrives as a SharedMemory of its own over the same
 * bytes. Nothing orders the writes: use a lock, or Atomics on a typed array over `buf.buffer`.
 *
 * Created without a name, it has none in the file system until `name` is read, and so cannot be
 * left behind there.
 *
 * @example
 * using shm = new SharedMemory({ create: true, size: 1024 });
 * const counts = new Int32Array(shm.buf.buffer, 0, 256);
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.shared_memory.html#multiprocessing.shared_memory.SharedMemory
 */
export class SharedMemory implements Disposable, AsyncDisposable {
  readonly #segment: NativeSegment;
  readonly #buf: Buffer;
  #closed = false;

  /**
   * @throws ValueError for a size less than 1 or a bad name; FileExistsError, FileNotFoundError;
   *   TypeError for a wrong type or an unknown option
   */
  constructor(options: SharedMemoryOptions | Adopted) {
    this.#segment = adopt in options ? options[adopt] : open(options);
    this.#buf = Buffer.from(this.#segment.map());
    registerMemory(this.#buf.buffer as ArrayBuffer, this);
  }

  /**
   * The memory: a Buffer of `size` bytes over the mapping. After `close()` it, and every view of
   * its `buffer`, has length 0.
   */
  get buf(): Buffer {
    return this.#buf;
  }

  /** How many bytes there are: at least as many as were asked for. */
  get size(): number {
    return this.#segment.size;
  }

  /**
   * The name by which others attach: made up, `psm_` and eight hexadecimal digits, when it is first
   * read of a segment that was created without one.
   *
   * @throws OSError
   */
  get name(): string {
    return this.#segment.name();
  }

  /** Ends this use of the memory, and detaches `buf`. Others go on. May be called again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#segment.unmap(this.#buf.buffer as ArrayBuffer);
  }

  /**
   * Removes the name; to be called once, by whoever is the last to need it. Who has the memory open
   * keeps it.
   *
   * @throws FileNotFoundError if there is no such name any more
   */
  unlink(): void {
    this.#segment.unlink();
  }

  [Symbol.dispose](): void {
    this.close();
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  [inspect.custom](): string {
    return `SharedMemory(size=${this.size}${this.#closed ? ', closed' : ''})`;
  }

  static {
    registerTraveller(SharedMemory, {
      name: 'SharedMemory',
      module: 'multiprocessing/shared-memory',
      give: (memory) => ({ native: memory.#segment }),
      take: (native) => new SharedMemory({ [adopt]: native as NativeSegment }),
      buffer: (memory) => memory.#buf.buffer as ArrayBuffer,
    });
  }
}

function open(options: SharedMemoryOptions): NativeSegment {
  const { name, create, size, track } = checkOptions(options, ['name', 'create', 'size', 'track']);
  for (const [key, value] of Object.entries({ create, track })) {
    if (value !== undefined && typeof value !== 'boolean') throw wrongType(key, 'a boolean', value);
  }
  if (name !== undefined && name !== null) checkName(name);
  if (create || size !== undefined) checkInteger('size', size);
  if ((size ?? 0) < 0) throw new ValueError("'size' must be a positive integer");
  if (create) {
    if (size === 0) throw new ValueError("'size' must be a positive number different from zero");
    return addon.createSegment(name ?? undefined, size as number, track ?? true);
  }
  if (name === undefined || name === null) {
    throw new ValueError("'name' can only be None if create=True");
  }
  return addon.openSegment(name);
}

function checkName(name: string): void {
  checkString('name', name);
  if (name.includes('\0')) throw new ValueError('embedded null character');
  if (name === '' || /[/\0\n]/.test(name)) {
    throw new ValueError(`a name is not empty and has no slash, NUL or newline: ${inspect(name)}`);
  }
}
