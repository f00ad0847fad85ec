import { lookup } from 'node:dns/promises';
import { setTimeout } from 'node:timers/promises';
import { checkOptions } from '../../_internal/index.js';
import { addon, succeeded, waitAsync } from '../../_native/index.js';
import { type Address, type Family, isName, placeOf } from './address.js';
import { authenticated, authenticatedAsync, checkKey } from './authenticated.js';
import { type Connection, connectionOf, type WaitOptions } from './connection.js';
import { passed } from './passage.js';
import { checkSerializer, type Serializer } from './serializers.js';

/** Options of `Client()` beside the address. */
export interface ClientOptions {
  /** Left out or null: as the address has it. */
  family?: Family | null;
  /** The listener's key; left out or null if it has none. */
  authkey?: Uint8Array | null;
  /**
   * How values are sent, and the only form in which they are received: `'pickle'`, CPython's, of which
   * nothing runs code here; or `'heddle'`. Left out or null: both are received, and values are sent
   * as the other side does, in heddle's own form until it has sent one.
   */
  serializer?: Serializer | null;
}

const OPTIONS = ['family', 'authkey', 'serializer'] as const;

/** Nothing tells when a path's listener takes connections again: seconds until it is asked. */
const AGAIN = 0.01;
const FOR_EVER = -1;
const NO_DESCRIPTORS = new Int32Array();
const NO_FLAGS = new Uint8Array();

/**
 * Connects to a listener; with a key, both sides show that they know it. **Blocks this thread** until
 * the listener has accepted.
 *
 * @param address `[host, port]`, a path, or an abstract name after a zero character
 * @throws AuthenticationError; ConnectionRefusedError, FileNotFoundError or another OSError if nobody
 *   listens there; ValueError for an address that there is not; TypeError; EOFError;
 *   KeyboardInterrupt (main thread)
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.connection.Client
 */
export function Client(address: Address, options?: ClientOptions): Connection {
  const { place, key, serializer } = check(address, checkOptions(options, OPTIONS));
  const host = isName(place) ? addon.resolveHost(place.host) : place.host;
  for (;;) {
    const native = addon.startConnecting(host, place.port);
    if (!native) {
      succeeded(addon.waitDescriptors(NO_DESCRIPTORS, NO_FLAGS, AGAIN));
      continue;
    }
    const connection = connectionOf(native, serializer);
    try {
      passed(native.poll(FOR_EVER, true));
      addon.finishConnecting(native);
    } catch (error) {
      connection.close();
      throw error;
    }
    return authenticated(connection, key, false);
  }
}

/** As `Client()`, without blocking. Also throws the signal's reason. */
export async function ClientAsync(
  address: Address,
  options?: ClientOptions & WaitOptions,
): Promise<Connection> {
  const { signal, ...others } = checkOptions(options, [...OPTIONS, 'signal']);
  const { place, key, serializer } = check(address, others);
  signal?.throwIfAborted();
  const host = isName(place) ? (await lookup(place.host, 4)).address : place.host;
  for (;;) {
    const native = addon.startConnecting(host, place.port);
    if (!native) {
      await setTimeout(AGAIN * 1000, undefined, { signal }).catch(() => signal?.throwIfAborted());
      continue;
    }
    const connection = connectionOf(native, serializer);
    try {
      await waitAsync((id) => native.readyAsync(id, true), { signal });
      addon.finishConnecting(native);
    } catch (error) {
      connection.close();
      throw error;
    }
    return await authenticatedAsync(connection, key, false, signal);
  }
}

function check(address: Address, { family, authkey, serializer }: ClientOptions) {
  return {
    place: placeOf(address, family),
    key: checkKey(authkey),
    serializer: checkSerializer(serializer),
  };
}
