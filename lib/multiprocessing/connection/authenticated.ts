import { wrongType } from '../../_internal/index.js';
import { answering, challenging, hold, holdAsync } from './challenge.js';
import type { Connection } from './connection.js';

/** Both sides of an authentication, in the order of this one; nothing without a key. */
function dialogues(key: Uint8Array | undefined, isServer: boolean) {
  if (!key) return [];
  const both = [challenging(key), answering(key)];
  return isServer ? both : both.reverse();
}

/**
 * The connection, when both sides have shown that they know the key.
 *
 * @throws AuthenticationError, OSError, EOFError; the connection is closed then
 */
export function authenticated(
  connection: Connection,
  key: Uint8Array | undefined,
  isServer: boolean,
): Connection {
  try {
    for (const dialogue of dialogues(key, isServer)) hold(connection, dialogue);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** As `authenticated()`, without blocking. */
export async function authenticatedAsync(
  connection: Connection,
  key: Uint8Array | undefined,
  isServer: boolean,
  signal: AbortSignal | undefined,
): Promise<Connection> {
  try {
    for (const dialogue of dialogues(key, isServer)) await holdAsync(connection, dialogue, signal);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** @throws TypeError */
export function checkKey(authkey: Uint8Array | null | undefined): Uint8Array | undefined {
  if (authkey === null || authkey === undefined) return undefined;
  if (!(authkey instanceof Uint8Array)) {
    throw wrongType('authkey', 'a byte string (a Buffer or Uint8Array)', authkey);
  }
  return Uint8Array.from(authkey);
}
