import { constants } from 'node:buffer';
import { inspect } from 'node:util';
import {
  checkBoolean,
  checkInteger,
  checkOptions,
  toSeconds,
  wrongType,
} from '../../_internal/index.js';
import { addon, type NativeConnection, Passage, staging, waitAsync } from '../../_native/index.js';
import { OSError, ValueError } from '../../errors.js';
import {
  loadModules,
  ModulesNeeded,
  registerTraveller,
  UnpicklingError,
} from '../../pickle/index.js';
import { BufferTooShort } from './errors.js';
import { handleIsClosed, passed } from './passage.js';
import { pack, type Serializer, serializerOf, unpack } from './serializers.js';
import { Turns } from './turns.js';

/** Options of the waits that do not block. */
export interface WaitOptions {
  signal?: AbortSignal | undefined;
}

const FOR_EVER = -1;
const adopt = Symbol('adopt');
type Adopted = { readonly [adopt]: NativeConnection; readonly serializer?: Serializer | undefined };

/**
 * One end of a pipe, or of a socket: messages of bytes, or of values, in CPython's framing.
 *
 * Threads share a connection; closed in one, it is closed in all. Messages of several senders and
 * receivers, blocking ones and promises, are never mixed up within a process. **Several processes
 * that use the same end at the same time need a lock.**
 *
 * Values are rebuilt as pickle does it: what is received can make this thread import modules and
 * call functions. **Receive values only from those whom you trust**, or who know the `authkey`;
 * bytes run nothing.
 *
 * @example
 * const [a, b] = Pipe();
 * new Process({ target: (connection) => connection.send({ id: 42 }), args: [b] }).start();
 * const { id } = await a.recvAsync();
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.connection.Connection
 */
export class Connection implements Disposable, AsyncDisposable {
  readonly #native: NativeConnection;
  #readable: boolean;
  readonly #writable: boolean;
  /** The form that was asked for. */
  readonly #only: Serializer | undefined;
  /** The same, or that of the other side. */
  #serializer: Serializer | undefined;
  readonly #receiving: Turns;
  /** Ends those who only look; made for the first of them. */
  #closing: AbortController | undefined;
  readonly #sending: Turns;

  /**
   * @param handle a descriptor of a pipe or a stream socket, which the connection takes over
   * @param readable whether it can be received from
   * @param writable whether it can be sent to
   * @throws ValueError for a number less than 0, and where both are false; TypeError; OSError
   */
  constructor(handle: number | Adopted, readable = true, writable = true) {
    if (typeof handle === 'object' && handle !== null && adopt in handle) {
      this.#native = handle[adopt];
      this.#only = handle.serializer;
      this.#serializer = handle.serializer;
    } else {
      checkInteger('handle', handle);
      checkBoolean('readable', readable);
      checkBoolean('writable', writable);
      if (handle < 0) throw new ValueError('invalid handle');
      if (!readable && !writable) {
        throw new ValueError('at least one of `readable` and `writable` must be True');
      }
      this.#native = addon.adoptDescriptor(handle, readable, writable);
    }
    const native = this.#native;
    this.#readable = (native.kind & 1) !== 0;
    this.#writable = (native.kind & 2) !== 0;
    this.#receiving = new Turns((id) => native.readyAsync(id, false));
    this.#sending = new Turns((id) => native.readyAsync(id, true));
  }

  /**
   * Sends a value, and returns when the system has taken it. **Blocks this thread** while the other
   * end does not read and the system's memory for the connection is full.
   *
   * A connection can be sent, too, over every connection to a process of the same user on this
   * machine; it is fetched from this process, which has to live until then. So can a socket of
   * node:net, and a server that listens: the other process gets a copy of the descriptor. **What Node
   * has read of the socket already stays here**; `pauseOnConnect` keeps it from reading.
   *
   * @throws PicklingError naming the path to what cannot travel (nothing is sent then); OSError if
   *   the connection is closed or read-only; BrokenPipeError, ConnectionResetError if the other end
   *   is closed; KeyboardInterrupt (main thread)
   */
  send(value: unknown): void {
    this.#checkWritable();
    const { bytes, sent } = pack(value, this.#serializer ?? 'heddle');
    this.#send(bytes);
    sent?.();
  }

  /** As `send()`, without blocking; the value is packed at once. Also throws the signal's reason. */
  async sendAsync(value: unknown, options?: WaitOptions): Promise<void> {
    const { signal } = checkOptions(options, ['signal']);
    this.#checkWritable();
    const { bytes, sent } = pack(value, this.#serializer ?? 'heddle');
    await this.#sendAsync(bytes, signal);
    sent?.();
  }

  /**
   * Receives a value. **Blocks this thread** until there is one.
   *
   * @throws EOFError if the other end is closed and nothing is left; OSError if this one is closed or
   *   write-only, or for a message that is cut or has an impossible length; UnpicklingError;
   *   KeyboardInterrupt (main thread)
   */
  recv(): unknown {
    this.#checkReadable();
    try {
      return this.#rebuild(this.#receiveNow(constants.MAX_LENGTH), []);
    } catch (error) {
      if (!(error instanceof ModulesNeeded)) throw error;
      const modules = error.urls.join(', ');
      throw new UnpicklingError(`recvAsync() is needed to import ${modules}`, { cause: error });
    }
  }

  /** As `recv()`, without blocking. Also throws the signal's reason. */
  async recvAsync(options?: WaitOptions): Promise<unknown> {
    const { signal } = checkOptions(options, ['signal']);
    this.#checkReadable();
    const bytes = await this.#receiveAsync(constants.MAX_LENGTH, signal);
    const natives: NativeConnection[] = [];
    for (;;) {
      try {
        return this.#rebuild(bytes, natives);
      } catch (error) {
        if (!(error instanceof ModulesNeeded)) throw error;
        await loadModules(error.urls);
      }
    }
  }

  #rebuild(bytes: Uint8Array, natives: NativeConnection[]): unknown {
    const value = unpack(bytes, natives, this.#only);
    this.#serializer ??= serializerOf(bytes);
    return value;
  }

  /**
   * Sends bytes as a message. **Blocks this thread** as `send()`.
   *
   * @param buf a Buffer, ArrayBuffer or a view of one
   * @param offset where the message begins in it, in bytes
   * @param size how many bytes it has; left out or null: all from there on
   * @throws ValueError for an offset or a size outside `buf`; TypeError; OSError as `send()`
   */
  sendBytes(buf: ArrayBufferView | ArrayBufferLike, offset = 0, size: number | null = null): void {
    this.#checkWritable();
    this.#send(partOf(buf, offset, size));
  }

  /** As `sendBytes()`, without blocking; the bytes may be changed at once. Also throws the signal's reason. */
  async sendBytesAsync(
    buf: ArrayBufferView | ArrayBufferLike,
    offset = 0,
    size: number | null = null,
    options?: WaitOptions,
  ): Promise<void> {
    const { signal } = checkOptions(options, ['signal']);
    this.#checkWritable();
    const part = partOf(buf, offset, size);
    await this.#sendAsync(this.#sending.isEmpty ? part : Buffer.from(part), signal);
  }

  /**
   * Receives a message as it was sent, by `sendBytes()` or otherwise. **Blocks this thread** until
   * there is one.
   *
   * @param maxlength the most bytes; of a longer message nothing is received, and the connection can
   *   no longer be received from. Left out or null: no limit. Memory is taken as bytes come in
   * @returns a Buffer of its own
   * @throws OSError ("bad message length"); ValueError for a `maxlength` less than 0; else as `recv()`
   */
  recvBytes(maxlength: number | null = null): Buffer {
    this.#checkReadable();
    return this.#receiveNow(mostOf(maxlength));
  }

  /** As `recvBytes()`, without blocking. Also throws the signal's reason. */
  async recvBytesAsync(maxlength: number | null = null, options?: WaitOptions): Promise<Buffer> {
    const { signal } = checkOptions(options, ['signal']);
    this.#checkReadable();
    return await this.#receiveAsync(mostOf(maxlength), signal);
  }

  /**
   * Receives a message into memory of the caller's. **Blocks this thread** until there is one.
   *
   * @param buf a Buffer, ArrayBuffer or a view of one
   * @param offset where the message shall begin in it, in bytes
   * @returns how many bytes it has
   * @throws BufferTooShort if it does not fit, which has the message in `args[0]`; ValueError for an
   *   offset outside `buf`; else as `recvBytes()`
   */
  recvBytesInto(buf: ArrayBufferView | ArrayBufferLike, offset = 0): number {
    this.#checkReadable();
    const target = targetOf(buf, offset);
    return copyInto(target, this.#receive(FOR_EVER, constants.MAX_LENGTH) as Buffer);
  }

  /** As `recvBytesInto()`, without blocking. Also throws the signal's reason. */
  async recvBytesIntoAsync(
    buf: ArrayBufferView | ArrayBufferLike,
    offset = 0,
    options?: WaitOptions,
  ): Promise<number> {
    const { signal } = checkOptions(options, ['signal']);
    this.#checkReadable();
    const target = targetOf(buf, offset);
    return copyInto(target, await this.#receiveAsync(constants.MAX_LENGTH, signal));
  }

  /**
   * Whether there is something to be received, or the end. **Blocks this thread** until there is, or
   * the time is over.
   *
   * @param timeout seconds to wait at most, 0 by default; null: for ever
   * @throws OSError if the connection is closed or write-only; KeyboardInterrupt (main thread)
   */
  poll(timeout: number | null = 0): boolean {
    this.#checkReadable();
    return passed(this.#native.poll(toSeconds(timeout)));
  }

  /** As `poll()`, without blocking. Also throws the signal's reason. */
  async pollAsync(options?: WaitOptions & { timeout?: number | null }): Promise<boolean> {
    const { timeout = 0, signal } = checkOptions(options, ['timeout', 'signal']);
    this.#checkReadable();
    const seconds = toSeconds(timeout);
    const native = this.#native;
    this.#closing ??= new AbortController();
    const closing = this.#closing.signal;
    return await waitAsync((id) => native.readyAsync(id, false), {
      seconds,
      signal: signal ? AbortSignal.any([signal, closing]) : closing,
    });
  }

  /**
   * The descriptor, which is the connection's own.
   *
   * @throws OSError if the connection is closed
   */
  fileno(): number {
    this.#checkOpen();
    return this.#native.descriptor;
  }

  /** Closes it, for all threads. Promises that wait for it fail. May be called again. */
  close(): void {
    this.#receiving.end(handleIsClosed);
    this.#sending.end(handleIsClosed);
    this.#closing?.abort(handleIsClosed());
    this.#native.close();
  }

  get closed(): boolean {
    return this.#native.closed;
  }
  get readable(): boolean {
    return this.#readable;
  }
  get writable(): boolean {
    return this.#writable;
  }

  [Symbol.dispose](): void {
    this.close();
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  [inspect.custom](): string {
    const handle = this.closed ? 'closed' : `handle=${this.#native.descriptor}`;
    return `Connection(${handle})`;
  }

  #checkOpen(): void {
    if (this.#native.closed) throw handleIsClosed();
  }
  #checkReadable(): void {
    this.#checkOpen();
    if (!this.#readable) throw new OSError('connection is write-only');
  }
  #checkWritable(): void {
    this.#checkOpen();
    if (!this.#writable) throw new OSError('connection is read-only');
  }

  #send(bytes: Uint8Array): void {
    passed(this.#native.send(bytes, 0, bytes.length, FOR_EVER, false));
  }

  #sendAsync(bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    const native = this.#native;
    let begun = false;
    const attempt = () => {
      const result = begun ? native.flush(0) : native.send(bytes, 0, bytes.length, 0, true);
      begun = true;
      return passed(result) ? { value: undefined } : undefined;
    };
    return this.#sending.take({ attempt, hasBegun: () => begun }, signal);
  }

  /** A message: a view of the staging memory, or a Buffer of its own; undefined where there is none. */
  #receive(seconds: number, most: number): Buffer | undefined {
    const received = this.#native.receive(seconds, most);
    if (typeof received !== 'number') return Buffer.from(received);
    if (received >= 0) return staging.incoming.bytes.subarray(0, received);
    if (received === -Passage.badLength) this.#refuse();
    passed(received);
    return undefined;
  }

  /** A message of its own: the staging memory is used again as soon as other code runs. */
  #receiveNow(most: number): Buffer {
    return owned(this.#receive(FOR_EVER, most) as Buffer);
  }

  #receiveAsync(most: number, signal?: AbortSignal): Promise<Buffer> {
    const attempt = () => {
      const value = this.#receive(0, most);
      return value && { value: owned(value) };
    };
    return this.#receiving.take({ attempt }, signal);
  }

  /** Where the next message begins is not known any more. */
  #refuse(): void {
    this.#readable = false;
    if (!this.#writable) this.close();
  }

  static {
    registerTraveller(Connection, {
      name: 'Connection',
      module: 'multiprocessing/connection',
      overConnections: true,
      give: (connection) => {
        connection.#checkOpen();
        return { native: connection.#native };
      },
      take: (native) => {
        if (!native) throw new OSError('a connection whose sender has ended, or closed it');
        return new Connection({ [adopt]: native as NativeConnection });
      },
    });
  }
}

/** A Connection of a native one. */
export function connectionOf(native: NativeConnection, serializer?: Serializer): Connection {
  return new Connection({ [adopt]: native, serializer });
}

function owned(message: Buffer): Buffer {
  return message.buffer === staging.incoming.bytes.buffer ? Buffer.from(message) : message;
}

function bytesOf(buf: ArrayBufferView | ArrayBufferLike): Uint8Array {
  if (ArrayBuffer.isView(buf)) return new Uint8Array(buf.buffer, buf.byteOffset, buf.byteLength);
  if (buf instanceof ArrayBuffer || buf instanceof SharedArrayBuffer) return new Uint8Array(buf);
  throw wrongType('buf', 'a Buffer, an ArrayBuffer or a view of one', buf);
}

function partOf(
  buf: ArrayBufferView | ArrayBufferLike,
  offset: number,
  size: number | null,
): Uint8Array {
  const bytes = bytesOf(buf);
  checkInteger('offset', offset);
  if (offset < 0) throw new ValueError('offset is negative');
  if (bytes.length < offset) throw new ValueError('buffer length < offset');
  if (size === null || size === undefined) return bytes.subarray(offset);
  checkInteger('size', size);
  if (size < 0) throw new ValueError('size is negative');
  if (offset + size > bytes.length) throw new ValueError('buffer length < offset + size');
  return bytes.subarray(offset, offset + size);
}

function targetOf(buf: ArrayBufferView | ArrayBufferLike, offset: number): Uint8Array {
  const bytes = bytesOf(buf);
  checkInteger('offset', offset);
  if (offset < 0) throw new ValueError('negative offset');
  if (offset > bytes.length) throw new ValueError('offset too large');
  return bytes.subarray(offset);
}

/** @throws BufferTooShort */
function copyInto(target: Uint8Array, message: Buffer): number {
  if (message.length > target.length) throw new BufferTooShort(Buffer.from(message));
  target.set(message);
  return message.length;
}

function mostOf(maxlength: number | null): number {
  if (maxlength === null || maxlength === undefined) return constants.MAX_LENGTH;
  checkInteger('maxlength', maxlength);
  if (maxlength < 0) throw new ValueError('negative maxlength');
  return Math.min(maxlength, constants.MAX_LENGTH);
}
