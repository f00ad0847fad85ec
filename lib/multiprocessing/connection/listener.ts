import { unlinkSync } from 'node:fs';
import { checkInteger, checkOptions, toSeconds } from '../../_internal/index.js';
import {
  addon,
  type NativeAddress,
  type NativeConnection,
  waitAsync,
} from '../../_native/index.js';
import { OSError } from '../../errors.js';
import { type Address, type Family, isName, placeOf } from './address.js';
import { authenticated, authenticatedAsync, checkKey } from './authenticated.js';
import { type Connection, connectionOf, type WaitOptions } from './connection.js';
import { passed } from './passage.js';
import { checkSerializer, type Serializer } from './serializers.js';

/** Options of `new Listener()` beside the address. */
export interface ListenerOptions {
  /** Left out or null: as the address has it; without an address `'AF_UNIX'`. */
  family?: Family | null;
  /** How many connections wait at most to be accepted. Default 1. */
  backlog?: number;
  /** Who connects has to know these bytes. Left out or null: everybody may connect. */
  authkey?: Uint8Array | null;
  /**
   * How values are sent, and the only form in which they are received: `'pickle'`, CPython's, of which
   * nothing runs code here; or `'heddle'`. Left out or null: both are received, and values are sent
   * as the other side does, in heddle's own form until it has sent one.
   */
  serializer?: Serializer | null;
}

/**
 * Listens for connections, of heddle's programs and of Python's.
 *
 * **Without an `authkey` everybody who can reach the address may connect**: exchange bytes only. With
 * one, an AF_INET connection is still not encrypted.
 *
 * @example
 * using listener = new Listener(['127.0.0.1', 6000], { authkey: Buffer.from('secret') });
 * using connection = await listener.acceptAsync();
 * await connection.sendAsync({ hello: listener.lastAccepted });
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.connection.Listener
 */
export class Listener implements Disposable, AsyncDisposable {
  readonly #native: NativeConnection;
  readonly #address: NativeAddress;
  readonly #authkey: Uint8Array | undefined;
  readonly #serializer: Serializer | undefined;
  readonly #closing = new AbortController();
  readonly #unlink: (() => void) | undefined;
  #lastAccepted: NativeAddress | null = null;

  /**
   * @param address `[host, port]` (port 0: a free one), a path, or an abstract name after a zero
   *   character; left out or null: any free one. To look a host's name up **blocks this thread**
   * @throws OSError (`EADDRINUSE`); ValueError for an address that there is not; TypeError
   */
  constructor(address?: Address | null, options?: ListenerOptions) {
    const known = ['family', 'backlog', 'authkey', 'serializer'] as const;
    const { family, backlog = 1, authkey, serializer } = checkOptions(options, known);
    checkInteger('backlog', backlog);
    this.#authkey = checkKey(authkey);
    this.#serializer = checkSerializer(serializer);
    const place = placeOf(address, family);
    const host = isName(place) ? addon.resolveHost(place.host) : place.host;
    this.#native = addon.listenAt(host, place.port, backlog);
    this.#address = addon.addressOf(this.#native);
    if (place.port === undefined && !host.startsWith('\0')) this.#unlink = unlinking(host);
  }

  /**
   * Accepts a connection; with a key, both sides show that they know it. **Blocks this thread** until
   * somebody has connected, and answered.
   *
   * @throws AuthenticationError if they do not know the key: their connection is closed, and the
   *   listener can accept others; OSError if the listener is closed; EOFError; KeyboardInterrupt
   *   (main thread)
   */
  accept(): Connection {
    for (;;) {
      const connection = this.#acceptNow();
      if (connection) return authenticated(connection, this.#authkey, true);
      passed(this.#native.poll(toSeconds(null)));
    }
  }

  /** As `accept()`, without blocking. Also throws the signal's reason. */
  async acceptAsync(options?: WaitOptions): Promise<Connection> {
    const { signal } = checkOptions(options, ['signal']);
    const signals = signal ? [signal, this.#closing.signal] : [this.#closing.signal];
    const either = AbortSignal.any(signals);
    for (;;) {
      const connection = this.#acceptNow();
      if (connection) return await authenticatedAsync(connection, this.#authkey, true, signal);
      await waitAsync((id) => this.#native.readyAsync(id, false), { signal: either });
    }
  }

  #acceptNow(): Connection | undefined {
    if (this.#native.closed) throw isClosed();
    const accepted = addon.acceptFrom(this.#native);
    if (!accepted) return undefined;
    const [native, peer] = accepted;
    this.#lastAccepted = peer;
    return connectionOf(native, this.#serializer);
  }

  /** Stops listening, and removes the path. Connections go on. May be called again. */
  close(): void {
    if (this.#native.closed) return;
    this.#closing.abort(isClosed());
    this.#native.close();
    this.#unlink?.();
  }

  /** `[host, port]`, with the port that was chosen, or a path. */
  get address(): NativeAddress {
    return this.#address;
  }

  /** The address of whoever was accepted last, '' where it has none; null if nobody was. */
  get lastAccepted(): NativeAddress | null {
    return this.#lastAccepted;
  }

  /**
   * The descriptor, for `wait()`: it is ready when somebody has connected.
   *
   * @throws OSError if the listener is closed
   */
  fileno(): number {
    if (this.#native.closed) throw isClosed();
    return this.#native.descriptor;
  }

  [Symbol.dispose](): void {
    this.close();
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}

function isClosed(): OSError {
  return new OSError('listener is closed');
}

/** Removes the path now, or when the thread ends. */
function unlinking(path: string): () => void {
  const unlink = () => {
    process.off('exit', unlink);
    try {
      unlinkSync(path);
    } catch {
      // Somebody has removed it, or its folder.
    }
  };
  process.on('exit', unlink);
  return unlink;
}
