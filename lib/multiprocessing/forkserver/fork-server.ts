import { nodeOptions } from '../../_internal/index.js';
import type { Seat } from '../boot.js';
import { logger, warnOnce } from '../logging/index.js';
import { ForkRefused, isUpToDate, type Order, Server } from './server.js';

/** So often in a row the server fails before processes are spawned for good. */
const MOST_FAILURES = 5;
/** After this time without a start, the process that was forked ahead is ended. Milliseconds. */
const IDLE = 3000;

/**
 * The process that children are forked from. It boots beside the first starts, which do not wait for
 * it; it ends with this thread. Where this system or program cannot be forked, there is none, and
 * the logger says so once.
 */
class ForkServer {
  #server: Server | undefined;
  #isReady = false;
  #isUnfit = false;
  /** How many starts in a row have failed. */
  #failures = 0;
  /** What was ordered ahead. */
  #ahead: Order | undefined;
  #idle: NodeJS.Timeout | undefined;

  /** A new process; undefined while there is no server that is ready. */
  take(): Seat | undefined {
    const server = this.#current();
    if (!server || !this.#awaitReady(server, 0)) return undefined;
    try {
      const seat = this.#takeAhead(server) ?? server.fetch(server.order());
      this.#failures = 0;
      return seat;
    } catch (error) {
      const { message } = error as Error;
      logger.info(`forkserver: no process (${message})`);
      this.#failures += 1;
      if (this.#failures >= MOST_FAILURES) this.#giveUp(message);
      // It was killed, or is stuck: the next start makes another one.
      else if (!(error instanceof ForkRefused)) this.stop();
      return undefined;
    }
  }

  #takeAhead(server: Server): Seat | undefined {
    const ahead = this.#ahead;
    if (!ahead) return undefined;
    this.#ahead = undefined;
    if (!isUpToDate(ahead)) {
      server.cancel(ahead);
      return undefined;
    }
    const seat = server.fetch(ahead);
    // Somebody may have ended it meanwhile.
    return seat.child.isAlive() ? seat : undefined;
  }

  /** Has a process forked that the next start finds ready; for programs that start many. */
  orderAhead(): void {
    const server = this.#server;
    if (!server || !this.#isReady || this.#ahead) return;
    try {
      this.#ahead = server.order();
    } catch {
      // The next start sees what is wrong.
    }
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#cancelAhead(), IDLE).unref();
  }

  #cancelAhead(): void {
    if (this.#ahead) this.#server?.cancel(this.#ahead);
    this.#ahead = undefined;
  }

  /** Starts a server, if there is none and can be one. Does not wait for it. */
  start(): void {
    if (this.#isUnfit || this.#current()) return;
    if (isDebugged()) {
      this.#giveUp('the program is being debugged');
      return;
    }
    try {
      this.#server = new Server();
    } catch {
      // The system has no room for it: then processes are spawned.
    }
  }

  /** Whether there is a server that is ready, at the latest after `seconds`. **Blocks this thread.** */
  awaitReady(seconds: number): boolean {
    this.start();
    const server = this.#current();
    return server !== undefined && this.#awaitReady(server, seconds);
  }

  /** As `awaitReady()`, without blocking. */
  async awaitReadyAsync(seconds: number): Promise<boolean> {
    this.start();
    const server = this.#current();
    if (!server) return false;
    if (!this.#isReady) await server.start(seconds);
    return server === this.#server && this.#awaitReady(server, 0);
  }

  #awaitReady(server: Server, seconds: number): boolean {
    if (this.#isReady) return true;
    const readiness = server.readiness(seconds);
    if (!readiness) return false;
    for (const warning of readiness.warnings) warnOnce(`forkserver: ${warning}`);
    if (readiness.fault === undefined) this.#isReady = true;
    else this.#giveUp(readiness.fault);
    return this.#isReady;
  }

  /** Whether processes are forked, as far as this thread knows. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** The server's pid, if one runs: for tests. */
  get pid(): number | undefined {
    return this.#server?.process.isAlive() ? this.#server.process.pid : undefined;
  }

  /** In a copy of the process: it is not its own. */
  forget(): void {
    this.#ahead = undefined;
    this.#server?.forget();
    this.#drop();
  }

  stop(): void {
    this.#cancelAhead();
    this.#server?.stop();
    this.#drop();
  }

  #drop(): void {
    this.#server = undefined;
    this.#isReady = false;
  }

  /** The server, unless it has ended or what it was started with holds no more. */
  #current(): Server | undefined {
    if (this.#server && !this.#server.isCurrent) this.stop();
    return this.#server;
  }

  #giveUp(why: string): void {
    this.#isUnfit = true;
    this.stop();
    warnOnce(`forkserver: ${why}; processes are started by spawn`);
  }
}

/** Each process has its own debugger, which a copy of one that has been booted would not have. */
function isDebugged(): boolean {
  return nodeOptions().some((option) => /^--inspect/.test(option));
}

export const forkServer = new ForkServer();
