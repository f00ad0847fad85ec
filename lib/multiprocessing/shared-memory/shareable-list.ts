import { inspect } from 'node:util';
import { checkInteger, checkOptions, wrongType } from '../../_internal/index.js';
import { IndexError, ValueError } from '../../errors.js';
import { registerTraveller } from '../../pickle/index.js';
import { fromItem, type Item, type Shareable, sizeOfFormat, toItem } from './shareable-item.js';
import { SharedMemory } from './shared-memory.js';

/** Options of `new ShareableList()`. */
export interface ShareableListOptions {
  /** The name of its memory: of the new one, or without a sequence of the one to attach to. */
  name?: string | null;
}

const WORD = 8;
const over = Symbol('over');
type Over = { readonly [over]: SharedMemory };

/**
 * A list of fixed length in shared memory, the same for heddle's and CPython's programs. An item can
 * be replaced by one of another type, text by text that needs no more bytes. Python's `list[i]` is
 * `get(i)` and `set(i, value)`; indices less than 0 count from the end. Nothing orders what several
 * do with it: use a lock. Passed to others it is shared.
 *
 * ```
 * int64 N | int64 offsets[N + 1] | the items, each a multiple of 8 bytes | char[8] formats[N] | int8 codes[N]
 * ```
 *
 * Differs from CPython: a number without a fraction is an int (`2.0` is `2`), and an int beyond 53
 * bits is read as a bigint. The room for text is counted in bytes of UTF-8, so that none is cut off.
 * The lists of CPython 3.8, of another layout, can be attached to; it cannot attach to others than
 * its own.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.shared_memory.html#multiprocessing.shared_memory.ShareableList
 */
export class ShareableList<T extends Shareable = Shareable> implements Iterable<T> {
  readonly #shm: SharedMemory;
  readonly #offsets: readonly number[];
  /** Where the items are. */
  readonly #data: number;

  /**
   * @param sequence the items of a new list; left out with a name: attach to the list of that name
   * @throws TypeError for items of other types, or an unknown option; ValueError for an int beyond 64
   *   bits, and for memory that holds no list; AssertionError for text of 10 MB; FileExistsError,
   *   FileNotFoundError, OSError
   */
  constructor(sequence?: Iterable<T> | null, options?: ShareableListOptions);
  constructor(sequence?: Iterable<T> | Over | null, options?: ShareableListOptions) {
    if (typeof sequence === 'object' && sequence !== null && over in sequence) {
      this.#shm = sequence[over];
      ({ offsets: this.#offsets, data: this.#data } = readLayout(this.#shm.buf));
      return;
    }
    const { name } = checkOptions(options, ['name']);
    if (sequence !== undefined && sequence !== null) checkIterable(sequence);
    if (name !== undefined && name !== null && !sequence) {
      this.#shm = new SharedMemory({ name });
      try {
        ({ offsets: this.#offsets, data: this.#data } = readLayout(this.#shm.buf));
      } catch (error) {
        this.#shm.close();
        throw error;
      }
      return;
    }
    const items = Array.from(sequence ?? [], toItem);
    const offsets = [0];
    for (const { format } of items) offsets.push((offsets.at(-1) as number) + sizeOfFormat(format));
    this.#data = (items.length + 2) * WORD;
    const size = this.#data + (offsets.at(-1) as number) + items.length * (WORD + 1);
    this.#shm = new SharedMemory({ name: name ?? null, create: true, size });
    this.#offsets = offsets;
    const { buf } = this.#shm;
    buf.writeBigInt64LE(BigInt(items.length), 0);
    offsets.forEach((offset, i) => {
      buf.writeBigInt64LE(BigInt(offset), (i + 1) * WORD);
    });
    items.forEach((item, i) => {
      this.#write(i, item);
    });
  }

  /** Its memory, to be closed and unlinked as any other. */
  get shm(): SharedMemory {
    return this.#shm;
  }

  /** How many items there are. */
  get length(): number {
    return this.#offsets.length - 1;
  }

  /** CPython's `struct` formats of all items, one after another. @throws ValueError if it is closed */
  get format(): string {
    this.#checkOpen();
    return Array.from({ length: this.length }, (_, i) => this.#formatOf(i)).join('');
  }

  /**
   * An item. Bytes are a copy; NULs at the end of text and bytes are lost.
   *
   * @throws IndexError; ValueError for what is no UTF-8, and if the memory is closed
   */
  get(position: number): T {
    return this.#read(this.#indexOf(position, 'index out of range'));
  }

  /**
   * Replaces an item.
   *
   * @throws IndexError; TypeError; ValueError for text that is longer than its room, an int beyond 64
   *   bits, and if the memory is closed
   */
  set(position: number, value: T): void {
    const index = this.#indexOf(position, 'assignment index out of range');
    const item = toItem(value);
    if (item.format.endsWith('s')) {
      const room = this.#offset(index + 1) - this.#offset(index);
      if (item.bytes.length > room) {
        throw new ValueError('bytes/str item exceeds available storage');
      }
      const current = this.#formatOf(index);
      item.format = current.endsWith('s') ? current : `${room}s`;
    }
    this.#write(index, item);
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let i = 0; i < this.length; i++) yield this.get(i);
  }

  /** How many items equal the value: as `===`, ints as numbers, bytes by their contents. */
  count(value: Shareable): number {
    let found = 0;
    for (const item of this) if (isEqual(item, value)) found++;
    return found;
  }

  /**
   * The position of the first item that equals the value, as `count` counts them.
   *
   * @throws ValueError if there is none
   */
  index(value: Shareable): number {
    let position = 0;
    for (const item of this) {
      if (isEqual(item, value)) return position;
      position++;
    }
    throw new ValueError(`${inspect(value)} not in this container`);
  }

  [inspect.custom](): string {
    const items = this.#shm.buf.length === 0 ? '(closed)' : inspect([...this]);
    return `ShareableList(${items})`;
  }

  #indexOf(position: number, message: string): number {
    checkInteger('position', position);
    this.#checkOpen();
    const index = position < 0 ? position + this.length : position;
    if (index < 0 || index >= this.length) throw new IndexError(message);
    return index;
  }

  #checkOpen(): void {
    if (this.#shm.buf.length === 0)
      throw new ValueError('the memory of the ShareableList is closed');
  }

  #offset(index: number): number {
    return this.#offsets[index] as number;
  }
  get #formats(): number {
    return this.#data + this.#offset(this.length);
  }
  get #codes(): number {
    return this.#formats + this.length * WORD;
  }

  #formatOf(index: number): string {
    const at = this.#formats + index * WORD;
    return this.#shm.buf.toString('latin1', at, at + WORD).replace(/\0+$/, '');
  }

  #read(index: number): T {
    const format = this.#formatOf(index);
    const at = this.#data + this.#offset(index);
    const room = this.#offset(index + 1) - this.#offset(index);
    // Others may have written anything.
    const size = Math.min(sizeOfFormat(format), room);
    const code = this.#shm.buf.readInt8(this.#codes + index);
    return fromItem({ format, code, bytes: this.#shm.buf.subarray(at, at + size) }) as T;
  }

  #write(index: number, { format, code, bytes }: Item): void {
    const { buf } = this.#shm;
    const at = this.#data + this.#offset(index);
    const size = Math.min(sizeOfFormat(format), this.#offset(index + 1) - this.#offset(index));
    buf.write(format.padEnd(WORD, '\0'), this.#formats + index * WORD, 'latin1');
    buf.writeInt8(code, this.#codes + index);
    buf.set(bytes, at);
    buf.fill(0, at + bytes.length, at + size);
  }

  static {
    registerTraveller(ShareableList, {
      name: 'ShareableList',
      module: 'multiprocessing/shared-memory',
      parts: (list) => [list.shm],
      take: (_native, _state, [memory]) =>
        new ShareableList({ [over]: memory as SharedMemory } as never),
    });
  }
}

function checkIterable(sequence: unknown): void {
  if (typeof (sequence as Iterable<unknown>)[Symbol.iterator] !== 'function') {
    throw wrongType('sequence', 'iterable', sequence);
  }
}

/** Where the items are, and where in that each begins and the last one ends. @throws ValueError */
function readLayout(buf: Buffer): { offsets: number[]; data: number } {
  const word = (index: number) => Number(buf.readBigInt64LE(index * WORD));
  const count = buf.length < WORD ? -1 : word(0);
  // Each item takes a word at the beginning, room, a format and a code.
  if (count < 0 || WORD + count * (3 * WORD + 1) > buf.length) throw noList();
  const offsets = [0];
  // CPython 3.8 has the items' sizes in place of their offsets, the first of which is 0.
  const hasSizes = count > 0 && word(1) !== 0;
  for (let i = 1; i <= count; i++) {
    offsets.push(hasSizes ? (offsets[i - 1] as number) + word(i) : word(i + 1));
  }
  const data = (count + (hasSizes ? 1 : 2)) * WORD;
  const end = buf.length - data - count * (WORD + 1);
  for (let i = 0; i < count; i++) {
    const [from, to] = offsets.slice(i, i + 2) as [number, number];
    if (to - from < WORD || to > end) throw noList();
  }
  return { offsets, data };
}

function noList(): ValueError {
  return new ValueError('the memory holds no ShareableList');
}

function isEqual(a: Shareable, b: Shareable): boolean {
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  const isNumber = (x: Shareable) => typeof x === 'number' || typeof x === 'bigint';
  // biome-ignore lint/suspicious/noDoubleEquals: a bigint equals a number
  return isNumber(a) && isNumber(b) ? a == b : a === b;
}
