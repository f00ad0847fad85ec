import { checkOptions } from '../../_internal/index.js';
import { challenging, checkDigest, hold, holdAsync } from './challenge.js';
import type { Connection, WaitOptions } from './connection.js';

/**
 * Sends a random message over a connection, and receives the answer of whoever knows the key. **Blocks
 * this thread** until then.
 *
 * @param connection to whom is not known yet
 * @param authkey the key, any number of bytes
 * @param digestName the digest that is asked for; CPython before 3.12 answers with MD5 all the same
 * @throws AuthenticationError if the answer is wrong; ValueError if the key is not bytes; OSError,
 *   EOFError
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.connection.deliver_challenge
 */
export function deliverChallenge(
  connection: Connection,
  authkey: Uint8Array,
  digestName = 'sha256',
): void {
  checkDigest(digestName);
  hold(connection, challenging(authkey, digestName));
}

/** As `deliverChallenge()`, without blocking. Also throws the signal's reason. */
export async function deliverChallengeAsync(
  connection: Connection,
  authkey: Uint8Array,
  digestName = 'sha256',
  options?: WaitOptions,
): Promise<void> {
  const { signal } = checkOptions(options, ['signal']);
  checkDigest(digestName);
  await holdAsync(connection, challenging(authkey, digestName), signal);
}
