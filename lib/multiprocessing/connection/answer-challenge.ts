import { checkOptions } from '../../_internal/index.js';
import { answering, hold, holdAsync } from './challenge.js';
import type { Connection, WaitOptions } from './connection.js';

/**
 * Receives a challenge (`deliverChallenge`) and answers it. **Blocks this thread** until the other
 * side has taken the answer.
 *
 * @param connection to whoever wants to know
 * @param authkey the key, any number of bytes
 * @throws AuthenticationError if the answer was refused, or what came is no challenge; ValueError if
 *   the key is not bytes; OSError, EOFError
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.connection.answer_challenge
 */
export function answerChallenge(connection: Connection, authkey: Uint8Array): void {
  hold(connection, answering(authkey));
}

/** As `answerChallenge()`, without blocking. Also throws the signal's reason. */
export async function answerChallengeAsync(
  connection: Connection,
  authkey: Uint8Array,
  options?: WaitOptions,
): Promise<void> {
  const { signal } = checkOptions(options, ['signal']);
  await holdAsync(connection, answering(authkey), signal);
}
