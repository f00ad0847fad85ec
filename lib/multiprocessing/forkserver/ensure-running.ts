import { checkOptions, toSeconds } from '../../_internal/index.js';
import { forkServer } from './fork-server.js';

/** Seconds. A server needs some tenths, and a preloaded module what it needs. */
const PATIENCE = 30;

/**
 * Starts the fork server, unless it runs, and waits until processes can be forked. Without this it is
 * started beside the second start of a process, and the processes until then are spawned. **Blocks
 * this thread.**
 *
 * Each thread that starts processes has a server of its own.
 *
 * @param timeout seconds to wait at most (default: 30)
 * @returns whether processes are forked from here on; false: the time was over, or this system or
 *   program cannot be forked, of which the logger tells once
 * @throws KeyboardInterrupt (main thread)
 */
export function ensureRunning(timeout: number = PATIENCE): boolean {
  return forkServer.awaitReady(toSeconds(timeout));
}

/** As `ensureRunning()`, without blocking. */
export async function ensureRunningAsync(options?: { timeout?: number }): Promise<boolean> {
  const { timeout = PATIENCE } = checkOptions(options, ['timeout']);
  return await forkServer.awaitReadyAsync(toSeconds(timeout));
}
