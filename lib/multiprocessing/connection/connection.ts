import { constants } from 'node:buffer';
import { inspect } from 'node:util';
import { checkBoolean, checkInteger, checkOptions } from '../../_internal/index.js';
import { addon, type NativeConnection } from '../../_native/index.js';
import { OSError, ValueError } from '../../errors.js';
import {
  loadModules,
  ModulesNeeded,
  registerTraveller,
  UnpicklingError,
} from '../../pickle/index.js';
import { copyInto, mostOf, partOf, targetOf } from './buffers.js';
import { pack, type Serializer, serializerOf, unpack } from './serializers.js';
import { Traffic } from './traffic.js';

/** Options of the waits that do not block. */
export interface WaitOptions {
  signal?: AbortSignal | undefined;
}

/** What is sent and received at a connection, for those who send something else than messages. */
export let trafficOf: (connection: Connection) => Traffic;

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
  readonly #traffic: Traffic;
  /** The form that was asked for. */
  readonly #only: Serializer | undefined;
  /** The same, or that of the other side. */
  #serializer: Serializer | undefined;

  /**
   * @param handle a descriptor of a pipe or a stream socket, which the connection takes over
   * @param readable whether it can be received from
   * @param writable whether it can be sent to
   * @throws ValueError for a number less than 0, and where both are false; TypeError; OSError
   */
  constructor(handle: number | Adopted, readable = true, writable = true) {
    if (typeof handle === 'object' && handle !== null && adopt in handle) {
      this.#traffic = new Traffic(handle[adopt]);
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
      this.#traffic = new Traffic(addon.adoptDescriptor(handle, readable, writable));
    }
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
    this.#traffic.checkWritable();
    const { bytes, sent } = pack(value, this.#serializer ?? 'heddle');
    this.#traffic.send(bytes);
    sent?.();
  }

  /** As `send()`, without blocking; the value is packed at once. Also throws the signal's reason. */
  async sendAsync(value: unknown, options?: WaitOptions): Promise<void> {
    const { signal } = checkOptions(options, ['signal']);
    this.#traffic.checkWritable();
    const { bytes, sent } = pack(value, this.#serializer ?? 'heddle');
    await this.#traffic.sendAsync(bytes, signal);
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
    this.#traffic.checkReadable();
    try {
      return this.#rebuild(this.#traffic.receive(constants.MAX_LENGTH), []);
    } catch (error) {
      if (!(error instanceof ModulesNeeded)) throw error;
      const modules = error.urls.join(', ');
      throw new UnpicklingError(`recvAsync() is needed to import ${modules}`, { cause: error });
    }
  }

  /** As `recv()`, without blocking. Also throws the signal's reason. */
  async recvAsync(options?: WaitOptions): Promise<unknown> {
    const { signal } = checkOptions(options, ['signal']);
    this.#traffic.checkReadable();
    const bytes = await this.#traffic.receiveAsync(constants.MAX_LENGTH, signal);
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
    this.#traffic.checkWritable();
    this.#traffic.send(partOf(buf, offset, size));
  }

  /** As `sendBytes()`, without blocking; the bytes may be changed at once. Also throws the signal's reason. */
  async sendBytesAsync(
    buf: ArrayBufferView | ArrayBufferLike,
    offset = 0,
    size: number | null = null,
    options?: WaitOptions,
  ): Promise<void> {
    const { signal } = checkOptions(options, ['signal']);
    this.#traffic.checkWritable();
    const part = partOf(buf, offset, size);
    await this.#traffic.sendAsync(this.#traffic.isIdle ? part : Buffer.from(part), signal);
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
    this.#traffic.checkReadable();
    return this.#traffic.receive(mostOf(maxlength));
  }

  /** As `recvBytes()`, without blocking. Also throws the signal's reason. */
  async recvBytesAsync(maxlength: number | null = null, options?: WaitOptions): Promise<Buffer> {
    const { signal } = checkOptions(options, ['signal']);
    this.#traffic.checkReadable();
    return await this.#traffic.receiveAsync(mostOf(maxlength), signal);
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
    this.#traffic.checkReadable();
    const target = targetOf(buf, offset);
    return copyInto(target, this.#traffic.receiveShortly());
  }

  /** As `recvBytesInto()`, without blocking. Also throws the signal's reason. */
  async recvBytesIntoAsync(
    buf: ArrayBufferView | ArrayBufferLike,
    offset = 0,
    options?: WaitOptions,
  ): Promise<number> {
    const { signal } = checkOptions(options, ['signal']);
    this.#traffic.checkReadable();
    const target = targetOf(buf, offset);
    return copyInto(target, await this.#traffic.receiveAsync(constants.MAX_LENGTH, signal));
  }

  /**
   * Whether there is something to be received, or the end. **Blocks this thread** until there is, or
   * the time is over.
   *
   * @param timeout seconds to wait at most, 0 by default; null: for ever
   * @throws OSError if the connection is closed or write-only; KeyboardInterrupt (main thread)
   */
  poll(timeout: number | null = 0): boolean {
    this.#traffic.checkReadable();
    return this.#traffic.poll(timeout);
  }

  /** As `poll()`, without blocking. Also throws the signal's reason. */
  async pollAsync(options?: WaitOptions & { timeout?: number | null }): Promise<boolean> {
    const { timeout = 0, signal } = checkOptions(options, ['timeout', 'signal']);
    this.#traffic.checkReadable();
    return await this.#traffic.pollAsync(timeout, signal);
  }

  /**
   * The descriptor, which is the connection's own.
   *
   * @throws OSError if the connection is closed
   */
  fileno(): number {
    this.#traffic.checkOpen();
    return this.#traffic.native.descriptor;
  }

  /** Closes it, for all threads. Promises that wait for it fail. May be called again. */
  close(): void {
    this.#traffic.close();
  }

  get closed(): boolean {
    return this.#traffic.native.closed;
  }
  get readable(): boolean {
    return this.#traffic.readable;
  }
  get writable(): boolean {
    return this.#traffic.writable;
  }

  [Symbol.dispose](): void {
    this.close();
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  [inspect.custom](): string {
    const handle = this.closed ? 'closed' : `handle=${this.#traffic.native.descriptor}`;
    return `Connection(${handle})`;
  }

  static {
    trafficOf = (connection) => connection.#traffic;
    registerTraveller(Connection, {
      name: 'Connection',
      module: 'multiprocessing/connection',
      overConnections: true,
      give: (connection) => {
        connection.#traffic.checkOpen();
        return { native: connection.#traffic.native };
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
